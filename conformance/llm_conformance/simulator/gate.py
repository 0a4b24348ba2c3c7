"""The gate: where a stream waits until somebody lets it go on. Any thread may open it, the server's loop waits."""

import asyncio
from threading import Event, Lock


class Gate:
    """Stands before the token with the number `before` in its golden stream. Once open, it stays open.

    `reached` is set when the server stands at it.
    """

    def __init__(self, before: int) -> None:
        self.before = before
        self.reached = Event()
        self._lock = Lock()
        self._open = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def open(self) -> None:
        """Let everybody pass, now and later."""
        with self._lock:
            self._open = True
            waiting, self._waiting = self._waiting, []
        for loop, opened in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(opened.set)

    async def passed(self) -> None:
        """Wait until it is open."""
        opened = asyncio.Event()
        with self._lock:
            if self._open:
                opened.set()
            else:
                self._waiting.append((asyncio.get_running_loop(), opened))
        self.reached.set()
        await opened.wait()
