"""A reader that waits for its consumer a little, and then loses a chunk, is seen to do so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Any, ClassVar

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM, GenerationChunk
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.consumer import QueueTimeoutDrops

_SECONDS = 0.05


def read_beside(chunks: Iterator[GenerationChunk], put: Callable[..., bool]) -> Iterator[GenerationChunk]:
    """The chunks, read by a thread. put: puts one into the queue; whether the thread goes on."""
    ready: Queue[Any] = Queue(1)
    left = threading.Event()

    def read() -> None:
        try:
            for chunk in chunks:
                if left.is_set() or not put(ready, chunk, left):
                    return
            end: Any = None
        except Exception as error:  # noqa: BLE001 - raised to the consumer
            end = error
        while not left.is_set():
            with suppress(Full):
                ready.put(end, timeout=_SECONDS)
                return

    threading.Thread(target=read, daemon=True).start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        left.set()
        # The thread may wait for a place.
        with suppress(Empty):
            ready.get_nowait()


def drops(ready: Queue[Any], chunk: Any, _left: threading.Event) -> bool:
    with suppress(Full):
        ready.put(chunk, timeout=_SECONDS)
    return True


def blocks(ready: Queue[Any], chunk: Any, _left: threading.Event) -> bool:
    ready.put(chunk)
    return True


def tries_again(ready: Queue[Any], chunk: Any, left: threading.Event) -> bool:
    while not left.is_set():
        with suppress(Full):
            ready.put(chunk, timeout=_SECONDS)
            return True
    return False


class Drops(EchoLLM):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return read_beside(super()._stream(*args, **kwargs), drops)


class DropsOnLoop(EchoLLM):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        ready: asyncio.Queue[Any] = asyncio.Queue(1)

        async def read() -> None:
            async for chunk in super(DropsOnLoop, self)._astream(*args, **kwargs):
                with suppress(TimeoutError, asyncio.TimeoutError):
                    await asyncio.wait_for(ready.put(chunk), _SECONDS)
            await ready.put(None)

        task = asyncio.create_task(read())
        try:
            while (item := await ready.get()) is not None:
                yield item
        finally:
            task.cancel()


class Blocks(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return read_beside(super()._stream(*args, **kwargs), blocks)


class TriesAgain(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return read_beside(super()._stream(*args, **kwargs), tries_again)


class IdleWorkers(ScriptedModel):
    """Has two threads that wait for work: one for ever, and one that looks about again and again."""

    over: ClassVar[threading.Event] = threading.Event()

    def __init__(self, script: Any) -> None:
        super().__init__(script=script)
        for seconds in (None, _SECONDS):
            threading.Thread(target=self._work, args=(seconds,), daemon=True).start()

    def _work(self, seconds: float | None) -> None:
        while not self.over.wait(seconds):
            pass


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    IdleWorkers.over.set()


@pytest.mark.parametrize(
    ("model", "status"),
    [
        (Drops, Status.FAILED),
        (DropsOnLoop, Status.FAILED),
        (QueueTimeoutDrops, Status.FAILED),
        (Blocks, Status.PASSED),
        (TriesAgain, Status.PASSED),
        (IdleWorkers, Status.PASSED),
    ],
)
def test_a_chunk_that_is_dropped_after_a_short_wait_is_missed(model: type[Any], status: Status) -> None:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__))) as run:
        verdict = run.judge.verdict("stream.slow-consumer")

    assert verdict.status is status, verdict
    if status is Status.FAILED:
        assert {one.code for one in verdict.findings} == {"text-differs"}
