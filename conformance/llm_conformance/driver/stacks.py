"""Finds the frame that blocks a call, in a thread or in a coroutine."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import threading
from collections.abc import Container, Sequence
from types import FrameType
from typing import Any

from llm_conformance.driver.event_loop import LoopThread
from llm_conformance.driver.recorder import is_model_code, location

# The beginnings of the names of the threads in which the harness calls a model.
OURS = ("llm-conformance-call", "llm-conformance-loop")


def thread_frames() -> dict[int, FrameType]:
    """The innermost frame of each other thread.

    The collector is off meanwhile: a collection may switch to another thread, which then waits for ever for a lock
    that this thread holds (python/cpython, issue 106883).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        frames = sys._current_frames()  # noqa: SLF001 - there is not a public API for the stack of another thread
        # The frame of this thread leads to the dict: in that cycle all frames, and with them the model's generators,
        # would live until the next collection.
        del frames[threading.get_ident()]
        return frames
    finally:
        if collecting:
            gc.enable()


def threads_in_model(apart_from: Container[threading.Thread] = ()) -> dict[threading.Thread, str]:
    """The threads that run code outside of the harness and the standard library, and where; not an idle pool.

    apart_from: threads that are not looked at.
    """
    frames = thread_frames()
    found = {}
    for thread in threading.enumerate():
        frame = frames.get(thread.ident or 0)
        if thread not in apart_from and not thread.name.startswith(OURS) and _is_in_model(frame):
            found[thread] = location(frame)
    return found


def calls_run() -> bool:
    """Whether code of a model runs in a thread in which the harness calls one."""
    frames = thread_frames()
    ours = (thread for thread in threading.enumerate() if thread.name.startswith(OURS))
    return any(_is_in_model(frames.get(thread.ident or 0)) for thread in ours)


def _is_in_model(frame: FrameType | None) -> bool:
    while frame is not None:
        if is_model_code(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False


def blocking_frame(loop: LoopThread, tasks: Sequence[asyncio.Task[None]]) -> FrameType | None:
    """The frame that blocks a task: on the loop, in the thread that the task waits for, or in the task itself."""
    frames = thread_frames()
    running = frames.get(loop.ident)
    if not _selects(running) or not tasks:
        return running
    if loop.loop.busy_threads:
        return frames.get(loop.loop.busy_threads[0].ident or 0)
    return _awaiting(tasks[0].get_coro())


def is_blocked(loop: LoopThread | None) -> bool:
    """Whether there is a loop that stands in a call, instead of waiting for what comes next."""
    return loop is not None and not _selects(thread_frames().get(loop.ident))


def _selects(frame: FrameType | None) -> bool:
    while frame is not None and frame.f_code.co_name != "select":
        frame = frame.f_back
    return frame is not None


def _awaiting(awaited: Any) -> FrameType | None:
    innermost: FrameType | None = None
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None)
        if frame is not None:
            innermost = frame if is_model_code(frame.f_code.co_filename) else innermost
        inner = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
        if inner is None:
            # An asynchronous generator is awaited through an object that only the garbage collector can look into.
            inner = next((one for one in gc.get_referents(awaited) if inspect.isasyncgen(one)), None)
            inner = None if inner is awaited else inner
        awaited = inner
    return innermost
