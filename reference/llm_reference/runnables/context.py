"""What a chain's own code calls inherits the config of the chain, without a word: by a context variable."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator
from contextvars import Context, copy_context
from types import coroutine
from typing import Any, TypeVar

from llm_reference.runs.config import RunnableConfig, inherited

T = TypeVar("T")

_DONE: Any = object()


def context_with(config: RunnableConfig) -> Context:
    """A context in which a call that says no config has this one."""
    context = copy_context()
    context.run(inherited.set, config)
    return context


def iterate_in(context: Context, pieces: Iterator[T]) -> Generator[T, None, None]:
    """The iterator's items, each drawn in the context; in it the iterator is closed as well."""
    draw = context.run
    try:
        while (piece := draw(next, pieces, _DONE)) is not _DONE:
            yield piece
    finally:
        if close := getattr(pieces, "close", None):
            draw(close)


async def aiterate_in(context: Context, pieces: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The same for an asynchronous iterator."""
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
    """Awaits something in a context, and in the task that is running: a task of its own would cost far more."""
    steps: Any = awaitable.__await__()
    run = context.run
    try:
        waiting = run(next, steps)
        while True:
            try:
                yield waiting
            except BaseException as error:  # noqa: BLE001  # a cancellation, for one: what is awaited deals with it
                waiting = run(steps.throw, error)
            else:
                waiting = run(next, steps)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # what the awaitable gave
