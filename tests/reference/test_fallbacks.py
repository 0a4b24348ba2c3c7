"""Fallbacks. `test_chain_closing.py` tests closing their streams early."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import pytest

from llm_reference import BaseCallbackHandler, GenerationChunk, Runnable, RunnableLambda, StrOutputParser
from reference.deadline import run
from reference.models import Breaks, CallBreaks, Nothing, OnlyCall, Streams

Chain = Runnable[Any, Any]

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]
ANSWER = "".join(CHUNKS)


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


def test_after_the_first_success_no_other_is_called() -> None:
    good, fallback = Streams(), Streams()
    chain = CallBreaks().with_fallbacks([CallBreaks(), good, fallback])

    assert chain.invoke("hi") == run(chain.ainvoke("hi")) == ANSWER
    assert list(chain.stream("hi")) == run(collected(chain.astream("hi"))) == CHUNKS
    assert len(good.calls) == 4
    assert fallback.calls == []


def test_without_a_failure_no_fallback_is_called() -> None:
    fallback = Streams()
    chain = Streams().with_fallbacks([fallback])

    assert chain.invoke("hi") == ANSWER
    assert list(chain.stream("hi")) == CHUNKS
    assert fallback.calls == []


def test_if_all_fail_the_first_error_is_raised() -> None:
    def fail(_: str) -> str:
        raise LookupError("nothing found")

    chain: Chain = CallBreaks().with_fallbacks([RunnableLambda(fail)])

    with pytest.raises(ConnectionError, match="connection lost"):
        chain.invoke("hi")
    with pytest.raises(ConnectionError, match="connection lost"):
        run(chain.ainvoke("hi"))
    with pytest.raises(ConnectionError, match="connection lost"):
        list(chain.stream("hi"))
    with pytest.raises(ConnectionError, match="connection lost"):
        run(collected(chain.astream("hi")))


def test_errors_that_are_not_handled_are_raised_at_once() -> None:
    fallback = Streams()
    chain = CallBreaks().with_fallbacks([fallback], exceptions_to_handle=(ValueError,))

    with pytest.raises(ConnectionError):
        chain.invoke("hi")
    with pytest.raises(ConnectionError):
        list(chain.stream("hi"))
    with pytest.raises(ConnectionError):
        run(collected(chain.astream("hi")))
    assert fallback.calls == []


@pytest.mark.parametrize("failing", [Breaks(), Nothing()])
def test_a_stream_that_fails_before_its_first_chunk_is_replaced(failing: Chain) -> None:
    chain = failing.with_fallbacks([Streams()])

    assert len(list(chain.stream("0"))) == len(run(collected(chain.astream("0")))) == 5


def test_a_stream_that_fails_later_is_not_replaced() -> None:
    fallback = Streams()
    stream = Breaks().with_fallbacks([fallback]).stream("2")

    assert [next(stream), next(stream)] == ["0 ", "1 "]
    with pytest.raises(ConnectionError, match="connection lost"):
        next(stream)
    assert fallback.calls == []


def test_a_failed_stream_is_closed_before_the_next_is_called() -> None:
    journal = []

    class Fails(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            try:
                raise ConnectionError("connection lost")
                yield
            finally:
                journal.append("closed")

    class Asked(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            journal.append("called")
            yield GenerationChunk(text="a")

    assert list(Fails().with_fallbacks([Asked()]).stream("hi")) == ["a"]
    assert journal == ["closed", "called"]


def test_all_calls_are_children_of_one_run() -> None:
    parents = []

    class Notes(BaseCallbackHandler):
        def on_llm_start(self, *args: Any, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
            parents.append(parent_run_id)

    chain = CallBreaks().with_fallbacks([Streams()])
    config: Any = {"run_id": UUID(int=7), "callbacks": [Notes()]}
    chain.invoke("hi", config)
    list(chain.stream("hi", config))
    run(chain.ainvoke("hi", config))
    run(collected(chain.astream("hi", config)))

    assert parents == [UUID(int=7)] * 8


def test_keywords_reach_every_call() -> None:
    good = Streams()
    chain = CallBreaks().with_fallbacks([good])

    chain.invoke("hi", stop=["x"])
    list(chain.stream("hi", stop=["x"]))

    assert [stop for _, stop, _ in good.calls] == [["x"], ["x"]]


def test_a_chain_may_be_a_fallback() -> None:
    def fail(_: str) -> str:
        raise ConnectionError("connection lost")

    broken: Chain = Streams() | fail
    chain: Chain = broken.with_fallbacks([Streams() | StrOutputParser()]) | StrOutputParser()

    assert chain.invoke("hi") == ANSWER
    assert list(chain.stream("hi")) == CHUNKS


def test_each_input_of_a_batch_has_its_own_fallback() -> None:
    class Picky(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            if prompt == "hi":
                raise ConnectionError("connection lost")
            return f"picky about {prompt}"

    chain = Picky().with_fallbacks([Streams()])

    assert chain.batch(["hi", "b"]) == run(chain.abatch(["hi", "b"])) == [ANSWER, "picky about b"]


def test_a_generator_keeps_its_context_variables() -> None:
    var = ContextVar("var", default="unset")

    class Remembers(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            token = var.set("mine")
            yield GenerationChunk(text="a")
            yield GenerationChunk(text=var.get())
            var.reset(token)

    chain = CallBreaks().with_fallbacks([Remembers()])

    assert [(piece, var.get()) for piece in chain.stream("hi")] == [("a", "unset"), ("mine", "unset")]
    assert run(collected(chain.astream("hi"))) == ["a", "mine"]


def test_a_cancellation_does_not_call_a_fallback() -> None:
    fallback = Streams()

    class Waits(OnlyCall):
        async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            await asyncio.Event().wait()
            return prompt

    async def cancel() -> None:
        task = asyncio.create_task(Waits().with_fallbacks([fallback]).ainvoke("hi"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())

    assert fallback.calls == []
