"""Models in threads and concurrent streams do not block the event loop. Contract sections A and B."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

import asyncio
import contextvars
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from llm_reference import GenerationChunk, Runnable
from reference.chunks import collected
from reference.deadline import run
from reference.models import OnlyCall, Streams, SyncStream


def test_tokens_arrive_while_the_model_still_generates() -> None:
    gate = threading.Event()

    class Gated(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            yield GenerationChunk(text="before")
            yield GenerationChunk(text=f"gate open: {gate.wait(timeout=5)}")

    async def read() -> list[str]:
        stream = Gated().astream("hi")
        first = await anext(stream)
        gate.set()
        return [first, *[chunk async for chunk in stream]]

    assert run(read()) == ["before", "gate open: True"]


@pytest.mark.parametrize("hook", ["_stream", "_call"])
def test_synchronous_code_never_blocks_the_event_loop(hook: str) -> None:
    gate = threading.Event()

    def wait() -> str:
        return f"gate open: {gate.wait(timeout=5)}"

    class Waits(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            return wait()

    class WaitsInStream(Waits):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            yield GenerationChunk(text=wait())

    async def read() -> list[str]:
        model = WaitsInStream() if hook == "_stream" else Waits()
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, gate.set)
        return await collected(model.astream("hi"))

    assert run(read()) == ["gate open: True"]


def test_interleaved_streams_of_one_model_do_not_mix() -> None:
    model = Streams()
    one, two = model.stream("one"), model.stream("two")

    pairs = list(zip(one, two, strict=True))

    assert "".join(chunk for chunk, _ in pairs) == model.invoke("one")
    assert "".join(chunk for _, chunk in pairs) == model.invoke("two")


def test_concurrent_astreams_of_one_model_do_not_mix() -> None:
    model = SyncStream()

    async def read() -> list[list[str]]:
        return await asyncio.gather(*[collected(model.astream(str(number))) for number in range(10)])

    answers = ["".join(chunks) for chunks in run(read())]

    assert answers == [model.invoke(str(number)) for number in range(10)]


def test_a_synchronous_generator_keeps_its_thread_and_its_context_under_astream() -> None:
    var = contextvars.ContextVar("var", default="unset")

    class Remembers(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            outside, token = var.get(), var.set("mine")
            yield GenerationChunk(text=outside)
            first_thread = threading.get_ident()
            yield GenerationChunk(text=var.get())
            var.reset(token)
            yield GenerationChunk(text=str(threading.get_ident() == first_thread))

    async def read() -> list[str]:
        var.set("the caller's")
        return await collected(Remembers().astream("hi"))

    assert run(read()) == ["the caller's", "mine", "True"]


def test_a_runnable_that_waits_in_invoke_does_not_block_the_event_loop() -> None:
    gate = threading.Event()

    class Waits(Runnable[str, str]):
        def invoke(self, input: str, config: Any = None, **kwargs: Any) -> str:
            return f"gate open: {gate.wait(timeout=5)}"

    async def read() -> list[str]:
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, gate.set)
        return await collected(Waits().astream("hi"))

    assert run(read()) == ["gate open: True"]
