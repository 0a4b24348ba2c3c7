"""Cancelling the consumer of a stream: contract section D. The model is cancelled too, unless it runs in a thread."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from llm_reference import GenerationChunk
from reference.deadline import run, until
from reference.models import AsyncEndless, Endless, OnlyCall


def test_cancelling_the_consumer_cancels_the_model() -> None:
    model = AsyncEndless()

    async def read() -> None:
        async for _ in model.astream("hi"):
            pass

    async def cancel() -> None:
        task = asyncio.create_task(read())
        await until(lambda: len(model.made) > 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())

    assert model.closed == ["CancelledError"]
    assert run(anext_of(model)) == "again "


def test_cancelling_the_consumer_of_a_synchronous_model_does_not_wait_for_the_next_token() -> None:
    working, gate, closed = threading.Event(), threading.Event(), threading.Event()

    class Stuck(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            try:
                working.set()
                gate.wait(timeout=5)
                yield GenerationChunk(text="too late")
            finally:
                closed.set()

    async def cancel() -> None:
        task = asyncio.create_task(anext(Stuck().astream("hi")))
        await asyncio.to_thread(working.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not closed.is_set()

    run(cancel())
    gate.set()

    assert closed.wait(timeout=5)


async def anext_of(model: Endless) -> str:
    stream = model.astream("hi")
    first = await anext(stream)
    await stream.aclose()
    return first
