"""Looks at a model, again and again, until it has done what it should."""

from __future__ import annotations

import gc
from asyncio import sleep as asleep
from collections.abc import Callable, Iterator
from time import perf_counter, sleep

from llm_conformance.observe.call_styles import CallStyle

_TURNS = 5
_LOOK_SECONDS, _LATE_LOOK_SECONDS = 0.002, 0.02
# A model that stops by itself has done so after so many looks, and so many seconds. Where it does not matter whether
# the garbage collector stops it, that comes sooner.
_MANY, _LONG = 50, 0.25
_FEW = 10
# A model that the garbage collector stops has done so within so many looks.
_AFTER_COLLECTION = 10


class Looks:
    """The looks of one call, in its thread or on its loop.

    long: whether it has looked for long, and looks less often. ended_by_gc: whether a garbage collection ended the last
    looks.
    """

    def __init__(self, style: CallStyle) -> None:
        self._asynchronous = style.asynchronous
        self.long = False
        self.ended_by_gc = False

    async def look(self) -> None:
        """Wait for a moment, in which the model may go on."""
        seconds = _LATE_LOOK_SECONDS if self.long else _LOOK_SECONDS
        if self._asynchronous:
            await asleep(seconds)
        else:
            sleep(seconds)  # noqa: ASYNC251 - this act runs in a thread, not on a loop

    def until(
        self, condition: Callable[[], bool], *, over: Callable[[], bool], by_gc: Callable[[], bool], by_itself: bool
    ) -> Iterator[None]:
        """Yield before each look, until the condition holds or the call is over.

        by_gc: whether only the garbage collector can still make the condition hold. by_itself: whether it matters that
        it holds without the collector.
        """
        looks, begun, collections, collected = 0, perf_counter(), 0, False
        self.long = self.ended_by_gc = False
        while not over() and not condition():
            yield
            looks += 1
            if collections and looks > _AFTER_COLLECTION:
                collected, self.long = False, True
            soon = not by_itself and not collections and looks >= _FEW
            if soon or (looks >= _MANY and perf_counter() - begun >= _LONG):
                collected = by_gc()
                gc.collect()
                looks, begun, collections = 0, perf_counter(), collections + 1
        # On a busy machine a model may stop late by itself: only what a collection is followed by is its doing.
        self.ended_by_gc = collected


async def yield_to_loop() -> None:
    """Let the loop run everything that is due."""
    for _ in range(_TURNS):
        await asleep(0)
