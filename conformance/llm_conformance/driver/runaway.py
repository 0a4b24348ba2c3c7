"""Stops a call that was given up and still computes: it would take memory and processor time from those that follow."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

_THREADS = Path("/proc/self/task")
# Nanoseconds of processor time between two looks. A thread that waits, or looks at something now and then, takes less.
_COMPUTES = 1_000_000
_LOOK = 0.05
# A model may catch the exception, and go on.
_TIMES = 3


class StoppedError(BaseException):
    """The call was given up; no handler for `Exception` in a model may catch it."""


def stop_computing(threads: Callable[[], Iterable[threading.Thread]], done: threading.Event) -> None:
    """Raise StoppedError in those of the threads that compute, until the call is done; not in one that waits.

    A thread that waits for a lock would get the exception when it has the lock, and might not release it. Only Linux
    tells which threads compute; elsewhere nothing is stopped. C code does not see the exception before it returns.
    """
    for _ in range(_TIMES):
        before = {thread: _computed(thread) for thread in threads()}
        if done.wait(_LOOK):
            return
        running = [thread for thread, ran in before.items() if _computed(thread) - ran > _COMPUTES]
        if not running:
            return
        for thread in running:
            # Its id is that of no other thread, as it has not ended.
            if thread.is_alive() and not done.is_set():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident or 0), ctypes.py_object(StoppedError)
                )
        done.wait(_LOOK)


def _computed(thread: threading.Thread) -> int:
    """The processor time of the thread until now, in nanoseconds; 0 if that is not known."""
    with suppress(OSError, IndexError, ValueError):
        return int((_THREADS / str(thread.native_id or 0) / "schedstat").read_bytes().split()[0])
    return 0
