"""Closing a stream early: contract section D. The model stops and nothing stays open."""

import asyncio
import gc
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from llm_reference import GenerationChunk
from llm_reference.runs.run import Run, Tracer
from reference.deadline import run, until
from reference.models import AsyncEndless, BadOnDemand, Breaks, Endless, OnlyCall, Streams, SyncStream


def test_a_stream_closed_early_stops_the_model() -> None:
    model = Endless()
    stream = model.stream("hi")
    next(stream)
    next(stream)

    stream.close()

    assert model.made == [0, 1]
    assert len(model.closed) == 1
    assert list(stream) == []


def test_a_break_out_of_a_loop_stops_the_model() -> None:
    model = Endless()

    for _ in model.stream("hi"):
        break
    gc.collect()

    assert model.made == [0]
    assert len(model.closed) == 1


def test_a_stream_of_an_iterator_without_close_may_be_closed_early() -> None:
    class List(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            return iter([GenerationChunk(text="a"), GenerationChunk(text="b")])

    stream = List().stream("hi")
    next(stream)

    stream.close()

    assert list(stream) == []


def test_an_astream_closed_early_stops_the_model() -> None:
    model = AsyncEndless()

    async def read() -> None:
        stream = model.astream("hi")
        await anext(stream)
        await stream.aclose()

        assert model.made == [0]
        assert model.closed == ["GeneratorExit"]

    run(read())


def test_an_astream_closed_early_stops_a_synchronous_model_in_its_own_thread() -> None:
    model = Endless()

    async def read() -> None:
        threads = threading.active_count()
        stream = model.astream("hi")
        await anext(stream)
        await stream.aclose()

        assert model.made == [0]
        assert model.closed == ["llm_reference_0"]
        assert threading.active_count() == threads

    run(read())


def test_a_break_out_of_an_async_loop_stops_the_model_once_the_stream_is_collected() -> None:
    model = AsyncEndless()

    async def read() -> None:
        async for _ in model.astream("hi"):
            break
        gc.collect()
        await until(lambda: model.closed)

    run(read())

    assert model.made == [0]


def test_closing_one_stream_does_not_end_another() -> None:
    model = Streams()
    left, kept = model.stream("hi"), model.stream("hi")
    next(left)
    next(kept)

    left.close()

    assert "You" + "".join(kept) == model.invoke("hi")


def test_an_ended_call_does_not_leave_a_task_or_a_thread() -> None:
    async def call() -> None:
        tasks, threads = asyncio.all_tasks(), threading.active_count()
        assert len([chunk async for chunk in SyncStream().astream("hi")]) == 5
        assert len([event async for event in Streams().astream_events("hi")]) == 7
        with pytest.raises(ConnectionError):
            await anext(Breaks().astream("0"))
        assert threading.active_count() == threads
        with pytest.raises(ConnectionError):
            await BadOnDemand().abatch(["good", "bad", "good"])
        assert asyncio.all_tasks() == tasks

    run(call())


def test_an_abandoned_run_is_reported_as_a_failure_and_not_as_an_end() -> None:
    reported: list[object] = []

    class Notes(Tracer):
        def started(self, run: Run) -> None:
            reported.append("started")

        def ended(self, run: Run) -> None:
            reported.append("ended")

        def failed(self, run: Run, error: BaseException) -> None:
            reported.append(type(error))

    stream = Endless().stream("hi", {"callbacks": [Notes()]})
    next(stream)
    stream.close()

    assert reported == ["started", GeneratorExit]


class Kept:
    """An iterator, synchronous and asynchronous, that the garbage collector does not close."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> "Kept":
        return self

    def __aiter__(self) -> "Kept":
        return self

    def __next__(self) -> GenerationChunk:
        return GenerationChunk(text="again ")

    async def __anext__(self) -> GenerationChunk:
        return GenerationChunk(text="again ")

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


def test_the_iterator_of_a_hook_is_closed_even_if_it_is_still_referenced() -> None:
    kept, async_kept, thread_kept = Kept(), Kept(), Kept()

    class Keeps(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
            return kept if prompt == "sync" else thread_kept

    class AsyncKeeps(Keeps):
        def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> Any:
            return async_kept

    async def leave(model: OnlyCall) -> None:
        stream = model.astream("hi")
        await anext(stream)
        await stream.aclose()

    stream = Keeps().stream("sync")
    next(stream)
    stream.close()
    run(leave(AsyncKeeps()))
    run(leave(Keeps()))

    assert (kept.closed, async_kept.closed, thread_kept.closed) == (1, 1, 1)


def test_a_slow_clean_up_does_not_block_the_event_loop() -> None:
    gate, opened = threading.Event(), []

    class Slow(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            try:
                yield GenerationChunk(text="a")
            finally:
                opened.append(gate.wait(timeout=5))

    async def leave() -> None:
        stream = Slow().astream("hi")
        await anext(stream)
        asyncio.get_running_loop().call_soon(gate.set)
        await stream.aclose()

    run(leave())

    assert opened == [True]
