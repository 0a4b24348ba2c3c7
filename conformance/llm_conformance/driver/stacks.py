"""Where the code of a process stands: its threads, and the frames that a task waits in."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import Any

from llm_conformance.driver.event_loop import LoopThread
from llm_conformance.driver.recorder import is_model_code, location

_OURS = ("llm-conformance-call", "llm-conformance-loop")


def thread_frames() -> dict[int, FrameType]:
    """The innermost frame of each thread.

    A collection in the middle of it may let another thread in, which then waits for ever for a lock that this one
    holds (python/cpython, issue 106883).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()  # noqa: SLF001 - there is no public way to another thread's stack
    finally:
        if collecting:
            gc.enable()


def threads_in_model() -> dict[threading.Thread, str]:
    """The threads that run code of the model, or of whoever started us, and where; an idle pool runs none."""
    frames = thread_frames()
    found = {}
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        if not thread.name.startswith(_OURS) and _is_in_model(frame):
            found[thread] = location(frame)
    return found


def _is_in_model(frame: FrameType | None) -> bool:
    while frame is not None:
        if is_model_code(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False


def blocking_frame(loop: LoopThread, tasks: Sequence[asyncio.Task[None]]) -> FrameType | None:
    """The frame that holds up a task: one that blocks the loop, one in a thread that it waits for, or its own."""
    frames = thread_frames()
    running = frames.get(loop.ident)
    frame = running
    while frame is not None and frame.f_code.co_name != "select":
        frame = frame.f_back
    if frame is None or not tasks:
        return running
    if loop.loop.busy_threads:
        return frames.get(loop.loop.busy_threads[0].ident or 0)
    return _awaiting(tasks[0].get_coro())


def _awaiting(awaited: Any) -> FrameType | None:
    innermost: FrameType | None = None
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
        if frame is not None:
            innermost = frame if is_model_code(frame.f_code.co_filename) else innermost
        inner = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
        if inner is None:
            # An asynchronous generator is awaited through an object that shows it to the garbage collector only.
            inner = next((one for one in gc.get_referents(awaited) if inspect.isasyncgen(one)), None)
            inner = None if inner is awaited else inner
        awaited = inner
    return innermost
