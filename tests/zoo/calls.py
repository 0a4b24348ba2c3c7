"""Asynchronous consumers: they read a part of a stream or all of it, or are cancelled in the middle."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from zoo.scripts import Words


async def read_two(stream: Any) -> list[Any]:
    return [await anext(stream), await anext(stream)]


async def read_all(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


def run_with_leftovers(call: Callable[[], Awaitable[Any]]) -> tuple[Any, set[asyncio.Task[Any]]]:
    """The result of the call, and the tasks that still run after it."""

    async def main() -> tuple[Any, set[asyncio.Task[Any]]]:
        result = await call()
        for _ in range(5):
            await asyncio.sleep(0)
        return result, {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}

    return asyncio.run(main())


async def cancelled_at_third_word(script: Words, call: Callable[[], Awaitable[Any]]) -> asyncio.Task[Any]:
    """The finished task of the call; it was cancelled while the script waited before its third word."""
    script.pauses_at = 2
    task = asyncio.ensure_future(call())
    for _ in range(20):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    return task
