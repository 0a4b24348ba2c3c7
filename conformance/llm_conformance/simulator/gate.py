"""The gate: where a model or a server waits until a test opens it, in a thread or in a task."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress


class Gate:
    """A point before the token with the index `before`. Any thread may open it; it stays open.

    reached: set when a stream has arrived at the gate for the first time.
    """

    def __init__(self, before: int) -> None:
        self.token = before
        self.reached = threading.Event()
        self._opened = threading.Event()
        self._lock = threading.Lock()
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._callbacks: list[Callable[[], object]] = []

    @property
    def opened(self) -> bool:
        """Whether the gate is open."""
        return self._opened.is_set()

    def open(self) -> None:
        """Open the gate and release every stream that waits at it."""
        with self._lock:
            self._opened.set()
            waiting, self._waiting = self._waiting, []
        for loop, event in waiting:
            # If the loop is closed by now, its tasks do not wait any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    def on_wait(self, call: Callable[[], object]) -> None:
        """Call this, in the waiting thread, whenever a stream has to wait at the gate."""
        self._callbacks.append(call)

    def clear_callbacks(self) -> None:
        """Remove all callbacks, and with them the references to their owners."""
        self._callbacks.clear()

    def wait(self) -> None:
        """Block the calling thread until the gate opens."""
        self.reached.set()
        if not self._opened.is_set():
            self._notify()
            self._opened.wait()

    async def wait_async(self) -> None:
        """Suspend the calling task until the gate opens; its event loop keeps running."""
        event = asyncio.Event()
        with self._lock:
            must_wait = not self._opened.is_set()
            if must_wait:
                self._waiting.append((asyncio.get_running_loop(), event))
        self.reached.set()
        if must_wait:
            self._notify()
            await event.wait()

    def _notify(self) -> None:
        for call in self._callbacks:
            call()
