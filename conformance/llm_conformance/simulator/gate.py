"""The gate: where a model or a server waits until somebody lets it go on, in a thread or on a loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress


class Gate:
    """Stands before the token with the number `before`. Once open, it stays open. Any thread may open it.

    reached: somebody has come to it, at least once.
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
        """Whether it lets everybody through."""
        return self._opened.is_set()

    def open(self) -> None:
        """Let everybody through."""
        with self._lock:
            self._opened.set()
            waiting, self._waiting = self._waiting, []
        for loop, event in waiting:
            # A loop that was closed meanwhile has nobody waiting any more.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    def on_wait(self, call: Callable[[], object]) -> None:
        """Call this, in the thread of the model, whenever somebody has to wait."""
        self._callbacks.append(call)

    def clear_callbacks(self) -> None:
        """Call nothing any more, and keep nothing of whoever listened."""
        self._callbacks.clear()

    def wait(self) -> None:
        """Hold the thread."""
        self.reached.set()
        if not self._opened.is_set():
            self._announce()
            self._opened.wait()

    async def wait_async(self) -> None:
        """Hold the task; its loop goes on."""
        event = asyncio.Event()
        with self._lock:
            held = not self._opened.is_set()
            if held:
                self._waiting.append((asyncio.get_running_loop(), event))
        self.reached.set()
        if held:
            self._announce()
            await event.wait()

    def _announce(self) -> None:
        for call in self._callbacks:
            call()
