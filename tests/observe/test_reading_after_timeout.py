"""The harness stops reading a stream at the timeout of its call, so that the call does not slow down later ones."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from llm_conformance.control.script import Script
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import ASTREAM, STREAM
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.cost_meter import _MeasuredRead
from llm_conformance.observe.stream_recorder import StreamRecorder

READERS = ["controlled call", "cost meter", "stream recorder"]


class Endless:
    """Streams without end, and ignores cancellation."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def stream(self, prompt: str) -> Iterator[str]:
        try:
            while True:
                time.sleep(0.01)
                yield "a"
        finally:
            self.closed.set()

    async def astream(self, prompt: str) -> AsyncIterator[str]:
        try:
            while True:
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.01)
                yield "a"
        finally:
            self.closed.set()


@pytest.fixture
def driver() -> Iterator[Driver]:
    seconds = itertools.count()
    # Each look at a call is a second.
    driver = Driver(Recorder(), 1, lambda: lambda: float(next(seconds)))
    yield driver
    driver.close()


@pytest.fixture
def new_call(driver: Driver) -> Callable[..., ControlledCall]:
    script = Script()
    return lambda style: ControlledCall(script, driver, style, script.plan(("a",)))


@pytest.mark.parametrize("reader", READERS)
def test_reading_stops(reader: str, driver: Driver, new_call: Callable[..., ControlledCall]) -> None:
    model, call, recorder = Endless(), new_call(STREAM), StreamRecorder(driver.recorder)
    acts: dict[str, Callable[[], Any]] = {
        "controlled call": lambda: call.run(lambda: call.read_all(call.items(model))),
        "cost meter": lambda: call.run(lambda: _MeasuredRead(call, int, int).read(model)),
        "stream recorder": lambda: recorder.stream(driver.call(lambda: recorder.read(model.stream("")))),
    }

    assert acts[reader]().hung

    assert model.closed.wait(10)


@pytest.mark.parametrize("reader", READERS)
def test_reading_on_a_loop_stops(reader: str, driver: Driver, new_call: Callable[..., ControlledCall]) -> None:
    model, call, recorder = Endless(), new_call(ASTREAM), StreamRecorder(driver.recorder)
    acts: dict[str, Callable[[], Any]] = {
        "controlled call": lambda: call.run(lambda: call.read_all(call.items(model))),
        "cost meter": lambda: call.run(lambda: _MeasuredRead(call, int, int).read(model)),
        "stream recorder": lambda: recorder.stream(driver.acall(lambda: recorder.aread(model.astream("")))),
    }

    assert acts[reader]().hung

    assert model.closed.wait(10)
