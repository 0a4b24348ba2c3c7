"""Runs each step of a call in a context of its own (`contextvars`), as a consumer in a pool of threads does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_fresh_context(call: Callable[..., T], *args: Any) -> T:
    """The result of the call."""
    return copy_context().run(call, *args)


class InFreshContext(Awaitable[Any]):
    """Awaits what a call returns. The task stays the same: only the context is another one.

    So a timeout or a cancel scope, which belong to a task, work as ever.
    """

    def __init__(self, call: Callable[[], Awaitable[Any]]) -> None:
        self._call = call

    def __await__(self) -> Generator[Any, Any, Any]:
        context = copy_context()
        inner: Any = context.run(lambda: self._call().__await__())
        step: Callable[[], Any] = lambda: inner.send(None)  # noqa: E731 - the first of several
        while True:
            try:
                waits_for = context.run(step)
            except StopIteration as end:
                return end.value
            try:
                sent = yield waits_for
            except GeneratorExit:
                context.run(inner.close)
                raise
            except BaseException as error:  # noqa: BLE001 - a cancellation goes to what is awaited
                step = _throw(inner, error)
            else:
                step = _send(inner, sent)


class FreshContexts:
    """An asynchronous iterator that takes each item in a context of its own."""

    def __init__(self, items: AsyncIterator[Any]) -> None:
        self._items = items

    def __aiter__(self) -> FreshContexts:
        return self

    def __anext__(self) -> Awaitable[Any]:
        return InFreshContext(self._items.__anext__)


def _send(inner: Any, value: Any) -> Callable[[], Any]:
    return lambda: inner.send(value)


def _throw(inner: Any, error: BaseException) -> Callable[[], Any]:
    return lambda: inner.throw(error)
