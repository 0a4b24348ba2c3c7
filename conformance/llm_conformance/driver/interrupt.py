"""Interrupts what the main thread does after a deadline: an import must not be done in another thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from llm_conformance.driver.deadline import SILENT, Clock, Deadline
from llm_conformance.driver.process_clock import ProcessClock
from llm_conformance.driver.recorder import location
from llm_conformance.driver.stacks import thread_frames
from llm_conformance.records import Hung

# Seconds between two looks.
_LOOK = 0.05


class DeadlineError(BaseException):
    """What the main thread did has not ended in time; no handler for `Exception` in a model may catch it."""

    def __init__(self, hung: Hung) -> None:
        super().__init__(hung.text)
        self.hung = hung


@contextmanager
def interrupted_after(seconds: float, new_clock: Callable[[], Clock] = ProcessClock) -> Iterator[None]:
    """After so many seconds in which the process could run, this block raises DeadlineError.

    A signal interrupts what waits for a lock, a timer or a network; C code that does not look for signals goes on.
    Where there are no such signals, and in another thread than the main one, there is no deadline.
    """
    main = threading.current_thread()
    if main is not threading.main_thread() or not hasattr(signal, "pthread_kill"):
        yield
        return
    done = threading.Event()
    hung: list[Hung] = []

    def interrupt(*_: Any) -> None:
        if hung and not done.is_set():
            raise DeadlineError(hung[0])

    def watch() -> None:
        deadline = Deadline(seconds, SILENT, new_clock())
        while not done.wait(_LOOK):
            if deadline.passed():
                hung.append(Hung(seconds, location(thread_frames().get(main.ident or 0))))
                signal.pthread_kill(main.ident or 0, signal.SIGALRM)
                return

    watcher = threading.Thread(target=watch, name="llm-conformance-deadline", daemon=True)
    before = signal.signal(signal.SIGALRM, interrupt)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        signal.signal(signal.SIGALRM, before)
