"""The chunks of the test models for the prompt "hi", and how an asynchronous stream is read."""

from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]
ANSWER = "".join(CHUNKS)


async def collected(stream: AsyncIterator[T]) -> list[T]:
    return [chunk async for chunk in stream]
