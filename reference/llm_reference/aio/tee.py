"""One iterator for several readers. Each gets every piece, at its own pace; who is ahead fetches for the others.

What the iterator raises, every reader raises: to none may a failure look like the end.
"""

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
    failures: list[Exception] = []

    def read(shelf: deque[T]) -> Generator[T, None, None]:
        while True:
            if not shelf:
                with fetching:
                    if not shelf:
                        try:
                            piece = next(pieces, _END)
                        except Exception as error:  # noqa: BLE001  # each reader raises it
                            failures.append(error)
                            piece = _END
                        for each in shelves:
                            each.append(piece)
            if (piece := shelf.popleft()) is _END:
                break
            yield piece
        if failures:
            raise failures[0]

    return [read(shelf) for shelf in shelves]


def atee(pieces: AsyncIterator[T], count: int) -> list[AsyncGenerator[T, None]]:
    """So many copies, for as many tasks."""
    shelves: list[deque[T]] = [deque() for _ in range(count)]
    fetching = asyncio.Lock()
    failures: list[Exception] = []

    async def read(shelf: deque[T]) -> AsyncGenerator[T, None]:
        while True:
            if not shelf:
                async with fetching:
                    if not shelf:
                        try:
                            piece = await anext(pieces, _END)
                        except Exception as error:  # noqa: BLE001  # each reader raises it
                            failures.append(error)
                            piece = _END
                        for each in shelves:
                            each.append(piece)
            if (piece := shelf.popleft()) is _END:
                break
            yield piece
        if failures:
            raise failures[0]

    return [read(shelf) for shelf in shelves]
