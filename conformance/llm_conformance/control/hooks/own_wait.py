"""Notices when a hook waits by itself: a task that is cancelled then is cancelled within the hook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any


class OwnWaits:
    """Awaits `awaitable`, and calls `on_wait` whenever that makes its task wait."""

    def __init__(self, awaitable: Awaitable[Any], on_wait: Callable[[], object]) -> None:
        self._awaitable = awaitable
        self._on_wait = on_wait

    def __await__(self) -> Generator[Any, Any, Any]:
        """Pass on every wait, and what comes of it."""
        steps: Any = self._awaitable.__await__()
        resume = partial(next, steps)
        while True:
            try:
                waited_for = resume()
            except StopIteration as end:
                return end.value
            self._on_wait()
            try:
                resume = partial(steps.send, (yield waited_for))
            except BaseException as error:  # noqa: BLE001 - a cancellation is for the hook
                resume = partial(steps.throw, error)
