"""Runs synchronous code for asynchronous callers in a thread, so that it does not block the event loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")

_DONE: Any = object()


async def run_in_thread(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Call the function in a worker thread, with the caller's context variables, and return its result."""

    def call() -> T:
        try:
            return function(*args, **kwargs)
        except StopIteration as error:
            # A future cannot carry StopIteration: up to Python 3.11 the `await` would not return.
            raise RuntimeError(f"{function.__qualname__} raised StopIteration") from error

    return await asyncio.to_thread(call)


async def iterate_in_thread(generator: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """Yield the generator's items. Each `next()` runs in a thread, when the consumer wants the item.

    It is one thread and one context for all items, so that thread-local variables, context variables and locks of
    the generator last from one item to the next.
    """
    context = copy_context()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llm_reference")
    next_item = partial(next, generator, _DONE)
    try:
        while True:
            call = thread.submit(context.run, next_item)
            item = await asyncio.wrap_future(call)
            if item is _DONE:
                return
            yield item
    finally:
        # A thread cannot be interrupted. A cancelled call does not wait for a running `next()`: the thread closes the
        # generator after it.
        closed = thread.submit(context.run, generator.close)
        interrupted = call.running()
        if not interrupted:
            await asyncio.wrap_future(closed)
        thread.shutdown(wait=not interrupted)
