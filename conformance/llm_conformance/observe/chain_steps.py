"""The steps around a model in a chain: functions, so that no framework is imported. The model's own `|` joins them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any


def before(value: Any) -> Any:
    """The step before the model."""
    return value


def behind(chunks: Iterator[Any]) -> Iterator[Any]:
    """The step after it; an asynchronous call rejects a synchronous generator."""
    yield from chunks


async def abehind(chunks: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The same for an asynchronous call, which a synchronous call rejects."""
    async for chunk in chunks:
        yield chunk


# Events and accepted snapshots show one name for the step after the model, in every call style.
abehind.__name__ = behind.__name__
