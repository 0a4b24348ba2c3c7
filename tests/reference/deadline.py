"""Runs asynchronous code in tests with a timeout, so that a call that hangs fails."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


def run(awaitable: Awaitable[T]) -> T:
    """Like `asyncio.run`, for any awaitable, with a timeout of 20 seconds."""

    async def main() -> T:
        async with asyncio.timeout(20):
            return await awaitable

    return asyncio.run(main())


async def until(condition: Any) -> None:
    """Let the other tasks run until the condition is true. Raises TimeoutError after 10 seconds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # there is no event to wait for
            await asyncio.sleep(0)
