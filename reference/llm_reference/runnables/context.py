"""Calls in the code of a step inherit the config of its run through a context variable."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator
from contextvars import Context, copy_context
from types import coroutine
from typing import Any, TypeVar

from llm_reference.runs.config import RunnableConfig, inherited

T = TypeVar("T")

_DONE: Any = object()


def context_with(config: RunnableConfig) -> Context:
    """Return a copy of the current context in which calls without a config inherit this one."""
    context = copy_context()
    context.run(inherited.set, config)
    return context


def iterate_in(context: Context, pieces: Iterator[T]) -> Generator[T, None, None]:
    """Yield the iterator's items. Each `next()` and the final `close()` run in the context."""
    run = context.run
    try:
        while (piece := run(next, pieces, _DONE)) is not _DONE:
            yield piece
    finally:
        if close := getattr(pieces, "close", None):
            run(close)


async def aiterate_in(context: Context, pieces: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """Do the same for an asynchronous iterator."""
    try:
        while True:
            try:
                piece = await await_in(context, anext(pieces))
            except StopAsyncIteration:
                return
            yield piece
    finally:
        if aclose := getattr(pieces, "aclose", None):
            await await_in(context, aclose())


@coroutine
def await_in(context: Context, awaitable: Awaitable[T]) -> Generator[Any, Any, T]:
    """Await something in a context, in the current task. A new task for each step would be much slower."""
    steps: Any = awaitable.__await__()
    run = context.run
    try:
        future = run(next, steps)
        while True:
            try:
                yield future
            except BaseException as error:  # noqa: BLE001  # the awaitable handles it, a cancellation for example
                future = run(steps.throw, error)
            else:
                future = run(next, steps)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # the result of the awaitable
