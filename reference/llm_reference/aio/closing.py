"""A stream that is closed closes its source at once, instead of leaving that to the garbage collector."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


@contextmanager
def closing(iterator: Iterator[T]) -> Generator[Iterator[T], None, None]:
    """Like `contextlib.closing`, for any iterator: one without `close` is left as it is."""
    try:
        yield iterator
    finally:
        if close := getattr(iterator, "close", None):
            close()


class aclosing(Generic[T]):  # noqa: N801  # like `contextlib.aclosing`
    """Like `contextlib.aclosing`, for any asynchronous iterator.

    It is no generator: when a loop shuts down, it closes every asynchronous generator by itself, in any order.
    """

    def __init__(self, iterator: AsyncIterator[T]) -> None:
        self._iterator = iterator

    async def __aenter__(self) -> AsyncIterator[T]:
        return self._iterator

    async def __aexit__(self, *_: object) -> None:
        if aclose := getattr(self._iterator, "aclose", None):
            await aclose()
