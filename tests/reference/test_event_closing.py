"""Closing the events early: contract section D. The model stops and nothing stays open."""

import asyncio
import gc
import threading
from typing import Any

import pytest

from reference.deadline import run, until
from reference.models import AsyncEndless, Endless
from reference.tracers import both_versions


@both_versions
@pytest.mark.parametrize("leave", ["break", "aclose", "cancel"])
@pytest.mark.parametrize("model_class", [Endless, AsyncEndless])
def test_closing_the_events_early_stops_the_model(model_class: type[Endless], leave: str, version: Any) -> None:
    model, complaints = model_class(), []

    async def read_six() -> None:
        events = model.astream_events("hi", version=version)
        received = 0
        async for _ in events:
            received += 1
            if received == 6 and leave != "cancel":
                break
            if received == 6:
                asyncio.current_task().cancel()  # type: ignore[union-attr]  # this is a task
        if leave == "aclose":
            await events.aclose()

    async def watch() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        threads = threading.active_count()
        task = asyncio.create_task(read_six())
        await asyncio.wait([task])
        assert task.cancelled() == (leave == "cancel")
        del task
        gc.collect()
        await until(lambda: model.closed and len(asyncio.all_tasks()) == 1)
        assert threading.active_count() == threads

    run(watch())

    assert len(model.made) < 30
    assert complaints == []


@both_versions
@pytest.mark.parametrize("model_class", [Endless, AsyncEndless])
def test_when_aclose_of_the_events_returns_the_model_has_stopped(model_class: type[Endless], version: Any) -> None:
    model = model_class()

    async def leave() -> None:
        events = model.astream_events("hi", version=version)
        await anext(events)
        await anext(events)
        await events.aclose()
        assert len(model.closed) == 1
        assert len(asyncio.all_tasks()) == 1

    run(leave())
