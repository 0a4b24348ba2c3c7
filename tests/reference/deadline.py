"""How the tests run asynchronous code: what hangs fails."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


def run(awaitable: Awaitable[T]) -> T:
    """As asyncio.run, for any awaitable, and not for ever."""

    async def main() -> T:
        async with asyncio.timeout(20):
            return await awaitable

    return asyncio.run(main())
