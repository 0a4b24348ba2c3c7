"""Whether the threads of a model run can be seen from outside."""

import threading
from collections.abc import Iterator

import pytest

from llm_conformance.driver.activity import activity


@pytest.fixture
def before() -> set[threading.Thread]:
    return set(threading.enumerate())


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def start(target: object) -> threading.Thread:
    thread = threading.Thread(target=target, daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread


def test_without_a_thread_there_is_nothing(before: set[threading.Thread]) -> None:
    assert activity(before) == ()


def test_a_thread_that_waits_comes_to_rest(before: set[threading.Thread], stop: threading.Event) -> None:
    start(stop.wait)

    seen = [None, activity(before)]
    while seen[-1] is None or seen[-1] != seen[-2]:
        seen.append(activity(before))

    assert seen[-1]


def test_a_thread_that_runs_is_seen(before: set[threading.Thread], stop: threading.Event) -> None:
    def spin() -> None:
        while not stop.is_set():
            pass

    start(spin)
    first = activity(before)
    while first is not None and activity(before) == first:
        pass

    assert first is None or first != ()


def test_a_thread_that_was_there_before_is_not_looked_at(stop: threading.Event) -> None:
    start(stop.wait)

    assert activity(set(threading.enumerate())) == ()
