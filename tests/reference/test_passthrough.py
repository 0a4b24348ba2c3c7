"""Steps whose output is their input, optionally with more keys."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_reference import AddableDict, PromptTemplate, Runnable, RunnableGenerator, RunnablePassthrough
from reference.deadline import run
from reference.models import OnlyCall, Streams

Chain = Runnable[Any, Any]

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]
ANSWER = "".join(CHUNKS)
through: Chain = RunnablePassthrough()


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


def total(pieces: list[Any]) -> Any:
    return sum(pieces, AddableDict())


@pytest.mark.parametrize("value", ["hi", 3, None, ["a"], {"a": 1}])
def test_the_output_is_the_input(value: Any) -> None:
    assert through.invoke(value) is value
    assert run(through.ainvoke(value)) is value
    assert list(through.stream(value)) == run(collected(through.astream(value))) == [value]


def test_every_chunk_passes_without_delay() -> None:
    chain: Chain = Streams() | RunnablePassthrough()

    assert list(chain.stream("hi")) == CHUNKS
    assert run(collected(chain.astream("hi"))) == CHUNKS


def test_it_keeps_the_input_in_a_dict_of_steps() -> None:
    chain: Chain = {"question": RunnablePassthrough(), "length": len} | PromptTemplate.from_template(
        "{question} {length}"
    )

    assert chain.invoke("hi").to_string() == "hi 2"


def test_assign_adds_the_output_of_each_step() -> None:
    chain: Chain = RunnablePassthrough.assign(n=len, answer=(lambda box: box["q"]) | OnlyCall())

    expected = {"q": "hi", "n": 1, "answer": ANSWER}
    assert chain.invoke({"q": "hi"}) == run(chain.ainvoke({"q": "hi"})) == expected
    assert total(list(chain.stream({"q": "hi"}))) == total(run(collected(chain.astream({"q": "hi"})))) == expected


def test_assign_does_not_change_its_input() -> None:
    given = {"q": "hi"}
    chain: Chain = RunnablePassthrough.assign(n=len)

    chain.invoke(given)
    list(chain.stream(given))

    assert given == {"q": "hi"}


def test_an_assigned_key_replaces_an_existing_one() -> None:
    chain: Chain = RunnablePassthrough.assign(q=lambda box: box["q"].upper())

    assert chain.invoke({"q": "hi"}) == {"q": "HI"}
    assert total(list(chain.stream({"q": "hi"}))) == {"q": "HI"}


def test_existing_keys_come_first_and_new_ones_chunk_by_chunk() -> None:
    chain: Chain = RunnablePassthrough.assign(answer=(lambda box: box["q"]) | Streams())

    expected = [{"q": "hi"}, *({"answer": chunk} for chunk in CHUNKS)]
    assert list(chain.stream({"q": "hi"})) == expected
    assert run(collected(chain.astream({"q": "hi"}))) == expected


def test_a_dict_in_chunks_passes_in_chunks() -> None:
    def boxes(pieces: Iterator[str]) -> Iterator[dict[str, str]]:
        for piece in pieces:
            yield AddableDict(text=piece)

    async def aboxes(pieces: AsyncIterator[str]) -> AsyncIterator[dict[str, str]]:
        async for piece in pieces:
            yield AddableDict(text=piece)

    chain: Chain = (
        Streams() | RunnableGenerator(boxes, aboxes) | RunnablePassthrough.assign(n=lambda box: len(box["text"]))
    )

    expected = [*({"text": chunk} for chunk in CHUNKS), {"n": len(ANSWER)}]
    assert list(chain.stream("hi")) == expected
    assert run(collected(chain.astream("hi"))) == expected


@pytest.mark.parametrize("value", ["hi", 3, None, ["a"]])
def test_assign_needs_a_dict(value: Any) -> None:
    chain: Chain = RunnablePassthrough.assign(n=len)

    with pytest.raises(ValueError, match=f"assign: expected a dict, got {type(value).__name__}"):
        chain.invoke(value)
    with pytest.raises(ValueError, match=f"assign: expected a dict, got {type(value).__name__}"):
        list(chain.stream(value))
    with pytest.raises(ValueError, match=f"assign: expected a dict, got {type(value).__name__}"):
        run(chain.ainvoke(value))
    with pytest.raises(ValueError, match=f"assign: expected a dict, got {type(value).__name__}"):
        run(collected(chain.astream(value)))


def test_an_error_of_an_assigned_step_comes_after_the_existing_keys() -> None:
    chain: Chain = RunnablePassthrough.assign(n=lambda _: 1 / 0)
    stream = chain.stream({"q": "hi"})

    assert next(stream) == {"q": "hi"}
    with pytest.raises(ZeroDivisionError):
        next(stream)


def test_its_name_has_its_keys() -> None:
    assert RunnablePassthrough.assign(a=len, b=len).get_name() == "RunnableAssign<a,b>"
