"""How synchronous code works for asynchronous callers: in a thread, so that the event loop never waits for it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")

_DONE: Any = object()


async def in_thread(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """What the function returns, called in a worker thread that sees the caller's context variables."""

    def call() -> T:
        try:
            return function(*args, **kwargs)
        except StopIteration as error:
            # A future cannot carry it: up to Python 3.11 whoever awaits would wait for ever.
            raise RuntimeError(f"{function.__qualname__} raised StopIteration") from error

    return await asyncio.to_thread(call)


async def drawn_in_thread(generator: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """The generator's items, each drawn in a thread when it is asked for.

    One thread and one context for all of them: what the generator keeps in thread-local or context variables, and
    the locks that it holds, survive from one item to the next.
    """
    loop, context = asyncio.get_running_loop(), copy_context()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llm_reference")

    def draw() -> T:
        return context.run(next, generator, _DONE)

    idle = False
    try:
        while (item := await loop.run_in_executor(thread, draw)) is not _DONE:
            idle = True
            yield item
            idle = False
    finally:
        # Closed by the thread that ran it, after the item it is working on. Who cancels is not made to wait for that
        # item: a thread cannot be interrupted.
        closed = thread.submit(context.run, generator.close)
        if idle:
            await asyncio.wrap_future(closed)
        thread.shutdown(wait=idle)
