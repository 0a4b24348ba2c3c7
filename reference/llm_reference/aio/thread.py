"""How synchronous code works for asynchronous callers: in a thread, so that the event loop never waits for it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")

_DONE: Any = object()


async def run_in_thread(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """What the function returns, called in a worker thread that sees the caller's context variables."""

    def call() -> T:
        try:
            return function(*args, **kwargs)
        except StopIteration as error:
            # A future cannot carry it: up to Python 3.11 whoever awaits would wait for ever.
            raise RuntimeError(f"{function.__qualname__} raised StopIteration") from error

    return await asyncio.to_thread(call)


async def iterate_in_thread(generator: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """The generator's items, each drawn in a thread when it is asked for.

    One thread and one context for all of them: what the generator keeps in thread-local or context variables, and
    the locks that it holds, survive from one item to the next.
    """
    context = copy_context()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llm_reference")
    draw = partial(next, generator, _DONE)
    try:
        while True:
            step = thread.submit(context.run, draw)
            item = await asyncio.wrap_future(step)
            if item is _DONE:
                return
            yield item
    finally:
        # A thread cannot be interrupted. Who cancels is not made to wait for the item that is being made: the
        # generator is closed after it, by the thread that made it.
        closed = thread.submit(context.run, generator.close)
        interrupted = step.running()
        if not interrupted:
            await asyncio.wrap_future(closed)
        thread.shutdown(wait=not interrupted)
