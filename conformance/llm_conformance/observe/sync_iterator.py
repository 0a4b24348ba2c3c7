"""A synchronous iterator in the form of an asynchronous one, so that one act serves both."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from typing import Any


class SyncIterator:
    """Awaits nothing: each `await` of it is over at once. It keeps the iterator, and no frame of a generator."""

    def __init__(self, source: Any) -> None:
        self._iterator: Iterator[Any] = iter(source)

    def __aiter__(self) -> SyncIterator:
        return self

    async def __anext__(self) -> Any:
        try:
            return next(self._iterator)
        except StopIteration:
            raise StopAsyncIteration from None

    def close(self) -> None:
        """Close the iterator, where it can be closed."""
        getattr(self._iterator, "close", lambda: None)()


def run_to_end(act: Coroutine[Any, Any, None]) -> None:
    """Run an act whose awaits are all over at once, in the thread that calls this; RuntimeError if one is not."""
    try:
        act.send(None)
    except StopIteration:
        return
    act.close()
    raise RuntimeError("an act of a synchronous call style waits for an event loop")
