"""What an asynchronous caller does with a stream: hears a part or all of it, goes away, is cancelled in the middle."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from zoo.scripts import Words


async def first_two(stream: Any) -> list[Any]:
    return [await anext(stream), await anext(stream)]


async def first_two_and_on(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


def run(act: Callable[[], Awaitable[Any]]) -> Any:
    """The outcome, and what is still running when it is there."""

    async def main() -> Any:
        outcome = await act()
        for _ in range(5):
            await asyncio.sleep(0)
        return outcome, asyncio.all_tasks() - {asyncio.current_task()}

    return asyncio.run(main())


async def cancelled(script: Words, act: Callable[[], Awaitable[Any]]) -> asyncio.Task[Any]:
    """A task that was cancelled before the third word."""
    script.holds = 2
    task = asyncio.ensure_future(act())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    return task
