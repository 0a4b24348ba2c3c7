"""Whether threads run: by the kernel's account of each, where there is one, and by where its code is."""

from __future__ import annotations

import threading
from collections.abc import Container
from contextlib import suppress
from pathlib import Path

from llm_conformance.driver.stacks import OURS, thread_frames

_THREADS = Path("/proc/self/task")
_READY = b"R"


def activity(apart_from: Container[threading.Thread]) -> tuple[object, ...] | None:
    """Equal at two moments if no thread of the model has run in between; None while one is ready to run.

    apart_from: threads that are not looked at.
    """
    frames, found = thread_frames(), []
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        if frame is None or thread in apart_from or thread.name.startswith(OURS):
            continue
        ready, ran = _account(thread.native_id or 0)
        if ready:
            return None
        found.append((thread.ident, ran, id(frame), frame.f_lasti))
    return tuple(found)


def _account(native_id: int) -> tuple[bool, bytes]:
    """Whether the thread is ready to run, and how long it has run and waited for a processor until now."""
    # A thread may end meanwhile, and only Linux has these files.
    with suppress(OSError, IndexError):
        task = _THREADS / str(native_id)
        state = (task / "stat").read_bytes().rpartition(b")")[2].split()[0]
        return state == _READY, (task / "schedstat").read_bytes()
    return False, b""
