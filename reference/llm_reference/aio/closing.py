"""A stream that is left early closes what it reads from, at once, and does not leave that to the garbage collector."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def closing(iterator: Iterator[T]) -> Generator[Iterator[T], None, None]:
    """As contextlib.closing, for any iterator: one without `close` has nothing to close."""
    try:
        yield iterator
    finally:
        if close := getattr(iterator, "close", None):
            close()


@asynccontextmanager
async def aclosing(iterator: AsyncIterator[T]) -> AsyncGenerator[AsyncIterator[T], None]:
    """As contextlib.aclosing, for any asynchronous iterator."""
    try:
        yield iterator
    finally:
        if aclose := getattr(iterator, "aclose", None):
            await aclose()
