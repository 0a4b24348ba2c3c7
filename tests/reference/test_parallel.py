"""Parallel steps with the same input. `test_chain_closing.py` tests closing them early."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any

import pytest

from llm_reference import AddableDict, GenerationChunk, Runnable, RunnableGenerator, RunnableParallel, StrOutputParser
from reference.deadline import run
from reference.models import OnlyCall, Streams, SyncStream

Chain = Runnable[Any, Any]

ANSWER = "You said: hi\n\né🙂"


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


def total(pieces: list[Any]) -> Any:
    return sum(pieces, AddableDict())


def both() -> Chain:
    return RunnableParallel(a=Streams(), b=OnlyCall())


def test_the_output_is_a_dict_in_the_order_of_the_steps() -> None:
    assert list(both().invoke("hi").items()) == [("a", ANSWER), ("b", ANSWER)]
    assert list(run(both().ainvoke("hi")).items()) == [("a", ANSWER), ("b", ANSWER)]


def test_a_stream_yields_each_chunk_under_its_key_and_the_sum_is_the_output() -> None:
    pieces, async_pieces = list(both().stream("hi")), run(collected(both().astream("hi")))

    assert [piece for piece in pieces if "b" in piece] == [{"b": ANSWER}]
    assert [piece["a"] for piece in pieces if "a" in piece] == ["You", " said:", " hi", "\n\n", "é🙂"]
    assert total(pieces) == total(async_pieces) == {"a": ANSWER, "b": ANSWER}


def test_steps_may_be_a_dict_keywords_functions_and_dicts() -> None:
    parallel: Chain = RunnableParallel({"a": str.upper}, b=str.lower, c={"d": len})

    assert parallel.invoke("Hi") == {"a": "HI", "b": "hi", "c": {"d": 2}}


def test_its_name_has_its_keys() -> None:
    assert both().get_name() == "RunnableParallel<a,b>"
    assert RunnableParallel({"a": len}).get_name() == "RunnableParallel<a>"


def test_steps_run_at_the_same_time() -> None:
    together = threading.Barrier(2)

    def meet(text: str) -> str:
        together.wait(timeout=5)
        return text

    parallel: Chain = RunnableParallel(a=meet, b=meet)

    assert parallel.invoke("hi") == {"a": "hi", "b": "hi"}
    assert run(parallel.ainvoke("hi")) == {"a": "hi", "b": "hi"}
    assert total(list(parallel.stream("hi"))) == {"a": "hi", "b": "hi"}
    assert total(run(collected(parallel.astream("hi")))) == {"a": "hi", "b": "hi"}


def test_a_fast_step_does_not_wait_for_a_slow_one() -> None:
    gate = threading.Event()

    def slow(pieces: Iterator[str]) -> Iterator[str]:
        gate.wait(timeout=5)
        yield from pieces

    parallel: Chain = RunnableParallel(a=RunnableGenerator(slow), b=SyncStream())
    stream = parallel.stream("hi")

    first = [next(stream) for _ in range(5)]
    gate.set()

    assert "".join(piece["b"] for piece in first) == ANSWER
    assert list(stream) == [{"a": "hi"}]


def test_a_fast_step_does_not_wait_for_a_slow_one_on_a_loop() -> None:
    async def read() -> list[Any]:
        gate = asyncio.Event()

        class Gated(OnlyCall):
            async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
                await gate.wait()
                yield GenerationChunk(text="late")

        parallel: Chain = RunnableParallel(a=Gated(), b=Streams())
        stream = parallel.astream("hi")
        first = [await anext(stream) for _ in range(5)]
        gate.set()
        assert "".join(piece["b"] for piece in first) == ANSWER
        return [piece async for piece in stream]

    assert run(read()) == [{"a": "late"}]


def test_after_a_model_every_step_gets_every_chunk_of_one_call() -> None:
    model = Streams()
    chain: Chain = model | RunnableParallel(a=StrOutputParser(), b=str.upper, c=len)

    assert total(list(chain.stream("hi"))) == {"a": ANSWER, "b": ANSWER.upper(), "c": 16}
    assert total(run(collected(chain.astream("hi")))) == {"a": ANSWER, "b": ANSWER.upper(), "c": 16}
    assert len(model.calls) == 2


@pytest.mark.parametrize("limit", [1, 2])
def test_max_concurrency_is_not_exceeded(limit: int) -> None:
    lock, now, counts = threading.Lock(), [], []

    def count(text: str) -> str:
        with lock:
            now.append(text)
            counts.append(len(now))
        with lock:
            now.pop()
        return text

    parallel: Chain = RunnableParallel(a=count, b=count, c=count, d=count)

    parallel.invoke("hi", {"max_concurrency": limit})
    list(parallel.stream("hi", {"max_concurrency": limit}))

    assert max(counts) <= limit
    assert len(counts) == 8


def test_a_limit_below_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="max_concurrency: expected at least 1, got 0"):
        both().invoke("hi", {"max_concurrency": 0})
    with pytest.raises(ValueError, match="max_concurrency: expected at least 1, got 0"):
        list(both().stream("hi", {"max_concurrency": 0}))


def test_an_error_in_one_step_is_raised() -> None:
    def fail(_: str) -> str:
        raise ConnectionError("connection lost")

    parallel: Chain = RunnableParallel(a=Streams(), b=fail)

    with pytest.raises(ConnectionError, match="connection lost"):
        parallel.invoke("hi")
    with pytest.raises(ConnectionError, match="connection lost"):
        run(parallel.ainvoke("hi"))
    with pytest.raises(ConnectionError, match="connection lost"):
        list(parallel.stream("hi"))
    with pytest.raises(ConnectionError, match="connection lost"):
        run(collected(parallel.astream("hi")))


def test_an_error_of_the_model_before_it_is_raised_once() -> None:
    def breaks(pieces: Iterator[str]) -> Iterator[str]:
        yield next(pieces)
        raise ConnectionError("connection lost")

    chain: Chain = Streams() | RunnableGenerator(breaks) | RunnableParallel(a=StrOutputParser(), b=StrOutputParser())

    with pytest.raises(ConnectionError, match="connection lost"):
        list(chain.stream("hi"))


def test_context_variables_of_the_caller_are_visible_in_every_step() -> None:
    var = ContextVar("var", default="unset")
    parallel: Chain = RunnableParallel(a=lambda _: var.get(), b=lambda _: var.get())
    var.set("set")

    expected = {"a": "set", "b": "set"}
    assert parallel.invoke("hi") == run(parallel.ainvoke("hi")) == expected
    assert total(list(parallel.stream("hi"))) == total(run(collected(parallel.astream("hi")))) == expected


def test_a_generator_in_a_branch_keeps_its_context_variables() -> None:
    var = ContextVar("var", default="unset")

    class Remembers(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            token = var.set("mine")
            yield GenerationChunk(text="a")
            yield GenerationChunk(text=var.get())
            var.reset(token)

        async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
            token = var.set("mine")
            yield GenerationChunk(text="a")
            yield GenerationChunk(text=var.get())
            var.reset(token)

    parallel: Chain = RunnableParallel(a=Remembers(), b=Streams())

    assert [piece["a"] for piece in parallel.stream("hi") if "a" in piece] == ["a", "mine"]
    assert [piece["a"] for piece in run(collected(parallel.astream("hi"))) if "a" in piece] == ["a", "mine"]
    assert var.get() == "unset"


def test_the_values_of_a_key_that_both_dicts_have_are_added() -> None:
    assert AddableDict(a="x") + {"a": "y", "b": 1} == {"a": "xy", "b": 1}
    assert {"a": "x"} + AddableDict(a="y") == {"a": "xy"}
    assert AddableDict(a=None) + {"a": "y"} == {"a": "y"}
    assert AddableDict(a="x") + {"a": None} == {"a": "x"}


def test_no_steps_make_an_empty_dict() -> None:
    nothing: Chain = RunnableParallel({})

    assert nothing.invoke("hi") == run(nothing.ainvoke("hi")) == {}
    assert list(nothing.stream("hi")) == run(collected(nothing.astream("hi"))) == []
