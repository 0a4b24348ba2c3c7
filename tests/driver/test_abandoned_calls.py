"""A call that hung is released and ends, or is abandoned: later calls know that it still runs."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder


@pytest.fixture
def driver() -> Iterator[Driver]:
    seconds = itertools.count()
    # Each look at a call is a second.
    driver = Driver(Recorder(), 2, lambda: lambda: float(next(seconds)))
    yield driver
    driver.close()


def wait(event: threading.Event) -> None:
    event.wait()


def test_what_a_call_waits_for_is_released_at_its_deadline(driver: Driver) -> None:
    lock = threading.Event()

    first = driver.call(lambda: wait(lock), on_timeout=lock.set)
    second = driver.call(lambda: wait(threading.Event()))

    assert first.hung is not None
    assert second.hung is not None
    assert second.hung.beside == ""
    assert driver.patience.hung == 2


def test_a_call_that_does_not_end_is_beside_those_that_follow(driver: Driver) -> None:
    lock = threading.Event()

    first = driver.call(lambda: wait(lock))
    second = driver.call(lambda: wait(threading.Event()))
    lock.set()

    assert first.hung is not None
    assert second.hung is not None
    assert second.hung.beside == first.hung.location


def test_an_exception_after_the_deadline_is_not_that_of_the_call(driver: Driver) -> None:
    released = threading.Event()

    def act() -> None:
        released.wait()
        raise ValueError("too late")

    result = driver.call(act, on_timeout=released.set)

    assert (result.raised, result.warnings) == (None, ())
