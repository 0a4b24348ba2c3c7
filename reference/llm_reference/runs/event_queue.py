"""Between the task that makes events and the one that reads them. Whoever makes too many has to wait for the reader."""

import asyncio
import threading
from typing import Generic, TypeVar

T = TypeVar("T")

# One would do. A few save a change of task for every item.
LOOK_AHEAD = 16


class EventQueue(Generic[T]):
    """Items in the order in which they were put. Made, read and closed in one event loop; `put` works in any thread."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._news, self._taken = asyncio.Event(), asyncio.Event()
        self._closed = False

    def put(self, item: T) -> None:
        """Leave an item; never waits, for the code that reports something may not be able to."""
        if threading.get_ident() == self._thread:
            self._items.append(item)
            if len(self._items) == 1:
                self._news.set()
        else:
            self._loop.call_soon_threadsafe(self.put, item)

    @property
    def full(self) -> bool:
        """Whether there is so much to read that whoever can wait should do so."""
        return len(self._items) >= LOOK_AHEAD

    async def wait_for_space(self) -> None:
        """Wait until the reader comes."""
        self._taken.clear()
        await self._taken.wait()

    def close(self) -> None:
        """Nothing more will come."""
        self._closed = True
        self._news.set()

    async def get_all(self) -> list[T]:
        """All that was put since the last time; waits for something, and takes nothing only when the box is closed."""
        self._taken.set()
        if not self._items and not self._closed:
            self._news.clear()
            await self._news.wait()
        items, self._items = self._items, []
        return items
