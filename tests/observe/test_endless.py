"""What never ends is bounded wherever a harness reads it: by a consumer, a handler, a projection, a batch."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from llm_conformance.driver import endless
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.callback_recorder import CallbackRecorder
from llm_conformance.observe.reply_recorder import BatchRecorder
from llm_conformance.observe.stream_recorder import StreamRecorder

MANY = 1_000


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endless, "ENDLESS", MANY)


@pytest.fixture
def driver() -> Iterator[Driver]:
    made = Driver(Recorder(), 5)
    yield made
    made.close()


def test_a_handler_that_is_called_for_ever_ends_the_call(driver: Driver) -> None:
    recorder = CallbackRecorder(driver.recorder, driver)

    def act() -> None:
        handler = recorder.handler
        for _ in itertools.count():
            handler.on_llm_new_token("on", run_id="1")

    log = recorder.log(driver.call(act))

    assert log.ended_with == "did not end: still yielding after 0 chunks (in its stream)"
    assert len(log.events) < MANY


def test_an_endless_stream_that_a_handler_watches_ends_the_call(driver: Driver) -> None:
    recorder = CallbackRecorder(driver.recorder, driver)

    log = recorder.log(driver.call(lambda: recorder.read(itertools.repeat("on"), leave=False)))

    assert log.ended_with == f"did not end: still yielding after {MANY} chunks (in its stream)"
    assert len(log.texts) < MANY


class Slots(list[Any]):
    def __iter__(self) -> Iterator[Any]:
        return itertools.repeat("on")


def test_the_slots_of_a_batch_are_bounded() -> None:
    recorder = BatchRecorder(Recorder())

    recorder.put(Slots())

    assert recorder.length == len("on")


class Chunk:
    text = "on"

    def __add__(self, other: object) -> Any:
        threading.Event().wait()


def test_chunks_whose_sum_does_not_end_are_recorded_without_it() -> None:
    driver = Driver(Recorder(), 0.2)
    recorder = StreamRecorder(driver.recorder, driver)

    stream = recorder.stream(driver.call(lambda: recorder.read(iter([Chunk(), Chunk()]))))
    driver.close()

    assert stream.texts == ("on", "on")
    assert stream.total is None
    assert stream.total_raised is not None
    assert "had not ended after 0.2 s (test_endless.py:" in stream.total_raised.text


def test_the_chunks_of_an_endless_stream_are_not_added(driver: Driver) -> None:
    recorder = StreamRecorder(driver.recorder, driver)

    stream = recorder.stream(driver.call(lambda: recorder.read(itertools.repeat(Chunk()))))

    assert stream.ended_with == f"did not end: still yielding after {MANY} chunks (in its stream)"
    assert (stream.total, stream.total_raised) == (None, None)
