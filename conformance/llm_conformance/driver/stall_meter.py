"""The pulse of a loop: how long it did not come to look for what is ready, and whether its thread waited meanwhile."""

from __future__ import annotations

import contextlib
import selectors
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from llm_conformance.records import Stalls

try:
    import resource
except ImportError:  # Windows
    _THREAD = None
else:
    _THREAD = getattr(resource, "RUSAGE_THREAD", None)

# Shorter than this is a turn of the loop, or a wait for the interpreter's lock.
_TURN = 0.02
# Of a stall in which somebody waited for something outside the process, the process computes so much at most.
_IDLE = 0.1
# The looks of a loop after which it is taken to be one that polls.
_MANY = 10_000


class _Clocks(NamedTuple):
    """Where the clocks and the counters of the thread stand."""

    seconds: float
    computed: float
    voluntary: int
    involuntary: int


class StallMeter:
    """Counts the stalls of one thread: all of it is called there.

    A stall counts as waiting where the thread left its processor more often by itself than by force, and the whole
    process computed next to nothing: a model that computes on the loop, one that is starved by its neighbours, and
    a loop that waits for another thread to release the interpreter do not look like that.
    """

    def __init__(self) -> None:
        self._since: _Clocks | None = None
        self._stalled = self._waited = 0.0

    def begin(self) -> None:
        """Forget what was, and count from now on."""
        self._stalled = self._waited = 0.0
        self._since = _now()

    def end(self) -> Stalls:
        """What was counted since; nothing is counted any more."""
        self.pause()
        return Stalls(round(self._stalled, 6), None if _THREAD is None else round(self._waited, 6))

    def pause(self) -> None:
        """The loop is heard of."""
        since, self._since = self._since, None
        if since is None:
            return
        now = _now()
        seconds = now.seconds - since.seconds
        if seconds < _TURN:
            return
        self._stalled += seconds
        by_itself = now.voluntary - since.voluntary > now.involuntary - since.involuntary
        if by_itself and now.computed - since.computed <= _IDLE * seconds:
            self._waited += seconds

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """What is done in here is nothing of the model's; where nothing is counted, that stays so."""
        counts = self._since is not None
        self.pause()
        try:
            yield
        finally:
            if counts:
                self._since = _now()


class TimedSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type, unused-ignore]  # it is chosen at run time
    """The selector of a loop, which tells the pulse of every look.

    at_rest: what is to be called as soon as the loop has nothing more to do than to wait.
    """

    def __init__(self, pulse: StallMeter) -> None:
        super().__init__()
        self.at_rest: list[Callable[[], object]] = []
        self._pulse = pulse
        self._looks = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """The files that are ready."""
        with self._pulse.paused():
            return self._ready(timeout) if self.at_rest else super().select(timeout)

    def _ready(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        found: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        self._looks += 1
        # Whoever polls is never at rest.
        if (found or timeout == 0) and self._looks < _MANY:
            return found
        self._looks, calls, self.at_rest = 0, self.at_rest, []
        for call in calls:
            call()
        return found


def _now() -> _Clocks:
    if _THREAD is None:
        return _Clocks(time.perf_counter(), time.process_time(), 0, 0)
    used = resource.getrusage(_THREAD)
    return _Clocks(time.perf_counter(), time.process_time(), used.ru_nvcsw, used.ru_nivcsw)
