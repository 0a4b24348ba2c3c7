"""What the main thread does is interrupted after a deadline."""

from __future__ import annotations

import contextlib
import signal
import threading
from itertools import count

import pytest

from llm_conformance.driver.deadline import Clock
from llm_conformance.driver.interrupt import DeadlineError, interrupted_after


def leaping() -> Clock:
    """A clock that is a hundred seconds later each time."""
    return count(0, 100).__next__


def standing() -> Clock:
    """A clock that stands still."""
    return lambda: 0.0


def wait() -> None:
    with contextlib.suppress(Exception):
        threading.Event().wait()


def test_a_hang_is_interrupted_with_its_location() -> None:
    with pytest.raises(DeadlineError) as caught, interrupted_after(7, leaping):
        wait()

    assert caught.value.hung.seconds == 7
    assert caught.value.hung.location.startswith("test_interrupt.py:")


def test_what_ends_in_time_is_not_interrupted() -> None:
    before = signal.getsignal(signal.SIGALRM)

    with interrupted_after(7, standing):
        during = signal.getsignal(signal.SIGALRM)

    assert during is not before
    assert signal.getsignal(signal.SIGALRM) is before


def test_another_thread_is_not_interrupted() -> None:
    ended = []

    def act() -> None:
        with interrupted_after(7, leaping):
            ended.append(True)

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()

    assert ended == [True]
