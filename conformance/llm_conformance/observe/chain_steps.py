"""The steps around a model in a chain: functions, so that no framework is imported; the model's own `|` joins them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any


def before(value: Any) -> Any:
    """The step in front of the model."""
    return value


def behind(chunks: Iterator[Any]) -> Iterator[Any]:
    """The step behind it; an asynchronous call refuses a synchronous generator."""
    yield from chunks


async def abehind(chunks: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The same for an asynchronous call; a synchronous one refuses this."""
    async for chunk in chunks:
        yield chunk


# Events and accepted snapshots know one step behind the model, whichever call it is passed in.
abehind.__name__ = behind.__name__
