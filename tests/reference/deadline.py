"""How the tests run asynchronous code, and wait in it: what hangs fails."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


def run(awaitable: Awaitable[T]) -> T:
    """As asyncio.run, for any awaitable, and not for ever."""

    async def main() -> T:
        async with asyncio.timeout(20):
            return await awaitable

    return asyncio.run(main())


async def until(condition: Any) -> None:
    """Give way to the other tasks until the condition holds; a test that waits in vain fails."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # what is waited for tells nobody
            await asyncio.sleep(0)
