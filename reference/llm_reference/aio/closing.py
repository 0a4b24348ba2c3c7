"""A stream that is closed closes its source at once, instead of leaving that to the garbage collector."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def closing(iterator: Iterator[T]) -> Generator[Iterator[T], None, None]:
    """Like `contextlib.closing`, for any iterator: one without `close` is left as it is."""
    try:
        yield iterator
    finally:
        if close := getattr(iterator, "close", None):
            close()


@asynccontextmanager
async def aclosing(iterator: AsyncIterator[T]) -> AsyncGenerator[AsyncIterator[T], None]:
    """Like `contextlib.aclosing`, for any asynchronous iterator."""
    try:
        yield iterator
    finally:
        if aclose := getattr(iterator, "aclose", None):
            await aclose()
