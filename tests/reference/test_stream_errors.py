"""A stream that fails: the consumer gets the chunks before the error, then the error. Contract sections A and B."""

# ruff: noqa: PERF401  # keep the items before an error

import asyncio
from typing import Any

import pytest

from llm_reference import LLM
from reference.chunks import ANSWER, collected
from reference.deadline import run
from reference.models import Breaks, CallBreaks, Nothing, OnlyCall, Streams


def test_a_bad_input_is_an_error_of_the_first_next_not_of_the_call() -> None:
    stream, fallback = Streams().stream(42), OnlyCall().stream(42)

    with pytest.raises(ValueError, match="got int"):
        next(stream)
    with pytest.raises(ValueError, match="got int"):
        next(fallback)
    with pytest.raises(ValueError, match="got int"):
        run(collected(Streams().astream(42)))


def test_a_stream_without_chunks_is_an_error_even_if_invoke_works() -> None:
    model = Nothing()

    with pytest.raises(ValueError, match=r"^No generation chunks were returned$"):
        list(model.stream("hi"))
    with pytest.raises(ValueError, match=r"^No generation chunks were returned$"):
        run(collected(model.astream("hi")))
    assert model.invoke("hi") == ANSWER


def test_an_error_in_mid_stream_comes_after_the_chunks_that_arrived() -> None:
    stream = Breaks().stream("2")

    assert [next(stream), next(stream)] == ["0 ", "1 "]
    with pytest.raises(ConnectionError, match="connection lost"):
        next(stream)
    assert list(stream) == []


def test_an_error_in_mid_astream_comes_after_the_chunks_that_arrived() -> None:
    got = []

    async def read() -> None:
        async for chunk in Breaks().astream("2"):
            got.append(chunk)

    with pytest.raises(ConnectionError, match="connection lost"):
        run(read())
    assert got == ["0 ", "1 "]


@pytest.mark.parametrize("model", [Breaks(), CallBreaks()])
def test_an_error_before_the_first_chunk_is_raised_by_the_first_next(model: LLM) -> None:
    with pytest.raises(ConnectionError):
        next(model.stream("0"))
    with pytest.raises(ConnectionError):
        run(collected(model.astream("0")))


def test_a_stop_iteration_inside_the_model_is_an_error() -> None:
    class RunsDry(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            return next(iter(()))

    async def invoke_with_a_deadline() -> str:
        return await asyncio.wait_for(RunsDry().ainvoke("hi"), timeout=5)

    with pytest.raises(RuntimeError, match="raised StopIteration"):
        run(invoke_with_a_deadline())
    with pytest.raises(RuntimeError, match="raised StopIteration"):
        list(RunsDry().stream("hi"))


def test_a_failed_call_leaves_the_model_usable() -> None:
    model = Breaks()
    with pytest.raises(ConnectionError):
        list(model.stream("1"))

    assert next(model.stream("1")) == "0 "
