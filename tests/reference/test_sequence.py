"""`a | b`: the output of a step is the input of the next."""

from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any

import pytest

from llm_reference import (
    PromptTemplate,
    Runnable,
    RunnableGenerator,
    RunnableLambda,
    RunnableParallel,
    RunnableSequence,
    StrOutputParser,
)
from reference.deadline import run
from reference.models import OnlyAcall, OnlyCall, Streams, SyncStream

Chain = Runnable[Any, Any]

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]
ANSWER = "".join(CHUNKS)
prompt = PromptTemplate.from_template("{q}")


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


@pytest.mark.parametrize("model", [Streams(), SyncStream()])
def test_a_chain_streams_what_its_model_streams(model: Chain) -> None:
    chain = prompt | model | StrOutputParser()

    assert list(chain.stream({"q": "hi"})) == CHUNKS
    assert run(collected(chain.astream({"q": "hi"}))) == CHUNKS
    assert chain.invoke({"q": "hi"}) == run(chain.ainvoke({"q": "hi"})) == ANSWER


def test_the_chain_of_a_model_that_does_not_stream_yields_one_chunk() -> None:
    chain = prompt | OnlyCall() | StrOutputParser()

    assert list(chain.stream({"q": "hi"})) == [ANSWER]
    assert run(collected((OnlyAcall() | StrOutputParser()).astream("hi"))) == ["natively hi"]


def test_a_step_that_needs_its_whole_input_waits_and_the_next_one_streams() -> None:
    chain: Chain = Streams() | str.upper | StrOutputParser()

    assert list(chain.stream("hi")) == [ANSWER.upper()]


def test_a_batch_gives_the_outputs_of_invoke() -> None:
    chain = prompt | Streams() | StrOutputParser()
    inputs = [{"q": "a"}, {"q": "b"}]

    assert chain.batch(inputs) == run(chain.abatch(inputs)) == [chain.invoke(one) for one in inputs]


def test_with_return_exceptions_a_failure_fills_its_own_slot() -> None:
    chain = prompt | Streams()

    good, bad = chain.batch([{"q": "a"}, {}], return_exceptions=True)

    assert good == chain.invoke({"q": "a"})
    assert isinstance(bad, KeyError)


def test_keywords_go_to_the_first_step_only() -> None:
    first, second = Streams(), Streams()
    chain = first | second

    chain.invoke("hi", stop=["x"])
    list(chain.stream("hi", stop=["x"]))
    run(chain.ainvoke("hi", stop=["x"]))

    assert [stop for _, stop, _ in first.calls] == [["x"]] * 3
    assert [stop for _, stop, _ in second.calls] == [None] * 3


def test_chains_of_chains_are_one_chain() -> None:
    left, right = prompt | Streams(), StrOutputParser() | RunnableLambda(str.upper)

    chain = left | right

    assert [type(step).__name__ for step in chain.steps] == [
        "PromptTemplate",
        "Streams",
        "StrOutputParser",
        "RunnableLambda",
    ]


def test_pipe_and_the_constructor_do_the_same_as_the_operator() -> None:
    parser = StrOutputParser()

    chains: list[Chain] = [
        prompt | Streams() | parser,
        prompt.pipe(Streams(), parser),
        RunnableSequence(prompt, Streams(), parser),
    ]

    assert [chain.invoke({"q": "hi"}) for chain in chains] == [ANSWER] * 3


@pytest.mark.parametrize("step", [str.upper, lambda text: text.upper()])
def test_a_function_may_be_the_first_or_the_last_step(step: Any) -> None:
    before: Chain = step | Streams()
    behind: Chain = Streams() | step

    assert before.invoke("hi") == ANSWER.replace("hi", "HI")
    assert behind.invoke("hi") == ANSWER.upper()


def test_a_dict_becomes_parallel_steps() -> None:
    chain: Chain = {"q": str.upper} | prompt | Streams()

    assert isinstance(chain.steps[0], RunnableParallel)  # type: ignore[attr-defined]  # it is a sequence
    assert chain.invoke("hi") == ANSWER.replace("hi", "HI")


def test_a_generator_function_becomes_a_generator() -> None:
    def shout(pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            yield piece.upper()

    chain: Chain = Streams() | shout

    assert isinstance(chain.steps[1], RunnableGenerator)  # type: ignore[attr-defined]  # it is a sequence
    assert list(chain.stream("hi")) == [chunk.upper() for chunk in CHUNKS]


@pytest.mark.parametrize("thing", [3, "text", None, [str.upper]])
def test_a_value_that_cannot_be_a_step_is_rejected_at_once(thing: Any) -> None:
    with pytest.raises(
        TypeError, match=f"expected a runnable, a function or a dict of these, got {type(thing).__name__}"
    ):
        Streams() | thing


def test_one_step_is_not_a_sequence() -> None:
    with pytest.raises(ValueError, match="expected at least 2 steps, got 1"):
        RunnableSequence(Streams())


def test_nothing_happens_before_the_first_next() -> None:
    model = Streams()

    stream = (prompt | model).stream({"q": "hi"})
    astream = (prompt | model).astream({"q": "hi"})
    bad = (prompt | model).stream({})
    stream.close()
    run(astream.aclose())

    assert model.calls == []
    with pytest.raises(KeyError):
        next(bad)


def test_a_chain_may_have_a_name() -> None:
    assert (Streams() | StrOutputParser()).get_name() == "RunnableSequence"
    assert Streams().pipe(StrOutputParser(), name="mine").get_name() == "mine"
    assert (Streams().pipe(StrOutputParser(), name="mine") | StrOutputParser()).get_name() == "mine"


def test_context_variables_of_the_caller_are_visible_in_every_step() -> None:
    var = ContextVar("var", default="unset")

    def append(text: str) -> str:
        return f"{text} {var.get()}"

    chain: Chain = RunnableLambda(append) | append
    var.set("set")

    assert chain.invoke("a") == "a set set"
    assert list(chain.stream("a")) == ["a set set"]
    assert run(chain.ainvoke("a")) == "a set set"
    assert run(collected(chain.astream("a"))) == ["a set set"]


def test_an_empty_input_has_an_empty_output() -> None:
    async def nothing() -> AsyncIterator[Any]:
        return
        yield

    chain: Chain = Streams() | StrOutputParser()

    assert list(chain.transform(iter(()))) == []
    assert run(collected(chain.atransform(nothing()))) == []


def test_a_chain_works_again_after_an_early_close() -> None:
    chain: Chain = OnlyCall() | StrOutputParser()
    stream = chain.stream("hi")
    next(stream)

    stream.close()

    assert list(chain.stream("hi")) == [chain.invoke("hi")]
