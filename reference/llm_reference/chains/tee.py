"""One iterator for several readers. Each gets every piece, at its own pace; who is ahead fetches for the others."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

_END: Any = object()


def tee(pieces: Iterator[T], count: int) -> list[Generator[T, None, None]]:
    """So many copies, for as many threads. itertools.tee does not work across threads."""
    shelves: list[deque[T]] = [deque() for _ in range(count)]
    fetching = threading.Lock()

    def read(shelf: deque[T]) -> Generator[T, None, None]:
        while True:
            if not shelf:
                with fetching:
                    if not shelf:
                        piece = next(pieces, _END)
                        for each in shelves:
                            each.append(piece)
            if (piece := shelf.popleft()) is _END:
                return
            yield piece

    return [read(shelf) for shelf in shelves]


def atee(pieces: AsyncIterator[T], count: int) -> list[AsyncGenerator[T, None]]:
    """So many copies, for as many tasks."""
    shelves: list[deque[T]] = [deque() for _ in range(count)]
    fetching = asyncio.Lock()

    async def read(shelf: deque[T]) -> AsyncGenerator[T, None]:
        while True:
            if not shelf:
                async with fetching:
                    if not shelf:
                        piece = await anext(pieces, _END)
                        for each in shelves:
                            each.append(piece)
            if (piece := shelf.popleft()) is _END:
                return
            yield piece

    return [read(shelf) for shelf in shelves]
