"""Connects the task that produces events with the one that consumes them. A producer that is too fast waits."""

import asyncio
import threading
from typing import Generic, TypeVar

T = TypeVar("T")

# 1 would be correct. A few more save a switch of tasks for each item.
LOOK_AHEAD = 16


class EventQueue(Generic[T]):
    """A queue in order of arrival. It is created, read and closed in one event loop; `put` works in any thread."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._available, self._drained = asyncio.Event(), asyncio.Event()
        self._closed = False

    def put(self, item: T) -> None:
        """Append an item. It never waits: the code that reports an event may be synchronous."""
        if threading.get_ident() == self._thread:
            self._items.append(item)
            if len(self._items) == 1:
                self._available.set()
        else:
            self._loop.call_soon_threadsafe(self.put, item)

    @property
    def full(self) -> bool:
        """Whether a producer that can wait should wait."""
        return len(self._items) >= LOOK_AHEAD

    async def wait_for_space(self) -> None:
        """Wait until the consumer takes the items."""
        self._drained.clear()
        await self._drained.wait()

    def close(self) -> None:
        """Mark the end: the producer puts nothing more."""
        self._closed = True
        self._available.set()

    async def get_all(self) -> list[T]:
        """Wait for items and return all of them. The list is empty only if the queue is closed."""
        self._drained.set()
        if not self._items and not self._closed:
            self._available.clear()
            await self._available.wait()
        items, self._items = self._items, []
        return items
