"""One side of an answer: its text, its reasoning or its calls. It is read delta by delta, or as a whole."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any, Generic, TypeVar

Delta = TypeVar("Delta")
Whole = TypeVar("Whole")


class Projection(Generic[Delta, Whole]):
    """Each iteration begins with the answer, also if another reader has read it before."""

    def __init__(self, deltas: Callable[[], Iterator[Delta]], whole: Callable[[], Whole]) -> None:
        self._deltas, self._whole = deltas, whole

    def __iter__(self) -> Iterator[Delta]:
        """Yield the deltas as the model generates them."""
        return self._deltas()

    def get(self) -> Whole:
        """Wait for the end of the answer and return all of it."""
        return self._whole()

    def __str__(self) -> str:
        """Wait for the end of the answer and return all of it as text."""
        return str(self.get())


class AsyncProjection(Generic[Delta, Whole]):
    """The same for `async for` and `await`."""

    def __init__(self, deltas: Callable[[], AsyncIterator[Delta]], whole: Callable[[], Awaitable[Whole]]) -> None:
        self._deltas, self._whole = deltas, whole

    def __aiter__(self) -> AsyncIterator[Delta]:
        """Yield the deltas as the model generates them."""
        return self._deltas()

    def __await__(self) -> Generator[Any, None, Whole]:
        """Wait for the end of the answer and return all of it."""
        return self._whole().__await__()
