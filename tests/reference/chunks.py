"""What the models of the tests say to "hi", and how an asynchronous stream of it is read."""

from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]
ANSWER = "".join(CHUNKS)


async def collected(stream: AsyncIterator[T]) -> list[T]:
    return [chunk async for chunk in stream]
