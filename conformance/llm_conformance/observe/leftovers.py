"""What a call leaves behind: tasks, threads that run code of the model, and errors that nothing handled.

An exception of a generator that is dropped between two calls is left to the next one.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any

from llm_conformance.driver.activity import activity
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.stacks import threads_in_model


class Leftovers:
    """The tasks and threads of one call. Those that exist before the call are not its own."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._threads = set(threading.enumerate())
        self._tasks: set[asyncio.Task[Any]] = set()
        self._errors = 0

    def begin_on_loop(self) -> None:
        """Remember the tasks and errors that are there before the call; to be called on the loop."""
        self._tasks = set(asyncio.all_tasks())
        self._errors = len(self._driver.loop.unhandled_errors)

    def threads(self) -> list[str]:
        """The locations of the threads that the call started."""
        return list(threads_in_model(apart_from=self._threads).values())

    def activity(self) -> tuple[object, ...] | None:
        """Equal at two moments if no thread of the call has run in between; None while one is ready to run."""
        return activity(apart_from=self._threads)

    def names(self, *, on_loop: bool) -> tuple[str, ...]:
        """What is left now, in words."""
        names = [*self._driver.dropped.errors, *(f"a thread, at {place}" for place in self.threads())]
        # They do not end, so they are not waited for.
        self._driver.lasting.update(self._driver.dropped.errors)
        if on_loop:
            with suppress(RuntimeError):
                left = asyncio.all_tasks() - self._tasks - {asyncio.current_task()}
                names += [f"task {_name(task)}" for task in left]
            names += self._driver.loop.unhandled_errors[self._errors :]
        return tuple(sorted(names))


def _name(task: asyncio.Task[Any]) -> str:
    coroutine = task.get_coro()
    return getattr(coroutine, "__qualname__", "") or "without a name"
