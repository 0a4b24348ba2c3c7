"""Copies of one iterator. Each yields every item, at the pace of its reader; the reader that is ahead fetches items.

If the iterator raises, every copy raises that exception: a failure must not look like the end.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

_END: Any = object()


def tee(pieces: Iterator[T], count: int) -> list[Generator[T, None, None]]:
    """Return `count` copies, each for one thread. `itertools.tee` is not thread-safe."""
    buffers: list[deque[T]] = [deque() for _ in range(count)]
    lock = threading.Lock()
    failures: list[Exception] = []

    def read(buffer: deque[T]) -> Generator[T, None, None]:
        while True:
            if not buffer:
                with lock:
                    if not buffer:
                        try:
                            piece = next(pieces, _END)
                        except Exception as error:  # noqa: BLE001  # every copy raises it
                            failures.append(error)
                            piece = _END
                        for each in buffers:
                            each.append(piece)
            if (piece := buffer.popleft()) is _END:
                break
            yield piece
        if failures:
            raise failures[0]

    return [read(buffer) for buffer in buffers]


def atee(pieces: AsyncIterator[T], count: int) -> list[AsyncGenerator[T, None]]:
    """Return `count` copies, each for one task."""
    buffers: list[deque[T]] = [deque() for _ in range(count)]
    lock = asyncio.Lock()
    failures: list[Exception] = []

    async def read(buffer: deque[T]) -> AsyncGenerator[T, None]:
        while True:
            if not buffer:
                async with lock:
                    if not buffer:
                        try:
                            piece = await anext(pieces, _END)
                        except Exception as error:  # noqa: BLE001  # every copy raises it
                            failures.append(error)
                            piece = _END
                        for each in buffers:
                            each.append(piece)
            if (piece := buffer.popleft()) is _END:
                break
            yield piece
        if failures:
            raise failures[0]

    return [read(buffer) for buffer in buffers]
