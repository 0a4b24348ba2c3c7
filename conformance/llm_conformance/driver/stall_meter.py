"""Measures the stalls of an event loop: how long it does not poll, and whether its thread waits meanwhile."""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Callable, Iterator
from os import getpid
from time import perf_counter
from typing import NamedTuple

from llm_conformance.driver.forked import end_unless
from llm_conformance.driver.processor_time import processor_time
from llm_conformance.records import Stalls

try:
    import resource
except ImportError:  # Windows
    _THREAD = None
else:
    _THREAD = getattr(resource, "RUSAGE_THREAD", None)

# Seconds. A shorter pause is one iteration of the loop, or a wait for the interpreter's lock.
_SHORTEST = 0.02
# If the thread waits for something outside of the process, the process computes at most this share of the stall.
_IDLE = 0.1
# After so many polls without a pause the loop counts as busy polling.
_MANY = 10_000


class _Clocks(NamedTuple):
    """Clocks of the process, and counters of the thread.

    seconds: wall clock. computed: CPU seconds of the process. voluntary, involuntary: context switches of the thread.
    """

    seconds: float
    computed: float
    voluntary: int
    involuntary: int


class StallMeter:
    """Measures the stalls of one thread; all methods are called in that thread.

    A stall counts as waiting if most context switches of the thread were voluntary, and the whole process computed
    next to nothing. That excludes a model that computes on the loop, a machine that is too busy, and a loop that
    waits for another thread to release the interpreter.
    """

    def __init__(self) -> None:
        self._since: _Clocks | None = None
        self._stalled = self._waited = 0.0

    def begin(self) -> None:
        """Reset, and measure from now on."""
        self._stalled = self._waited = 0.0
        self._since = _now()

    def end(self) -> Stalls:
        """The stalls since `begin()`; stop measuring."""
        self.pause()
        return Stalls(round(self._stalled, 6), None if _THREAD is None else round(self._waited, 6))

    def pause(self) -> None:
        """Add the time since the last poll, if it is a stall, and stop measuring."""
        since, self._since = self._since, None
        # Almost no poll follows a stall; the other clocks are system calls.
        if since is None or perf_counter() - since.seconds < _SHORTEST:
            return
        now = _now()
        seconds = now.seconds - since.seconds
        self._stalled += seconds
        voluntary = now.voluntary - since.voluntary > now.involuntary - since.involuntary
        if voluntary and now.computed - since.computed <= _IDLE * seconds:
            self._waited += seconds

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Do not measure in here, because the model does not run. Measuring resumes only if it was on."""
        measuring = self._since is not None
        self.pause()
        try:
            yield
        finally:
            if measuring:
                self._since = _now()


class TimedSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type, unused-ignore]  # it is chosen at run time
    """The selector of a loop; it pauses the stall meter during each poll.

    on_idle: called, once, as soon as the loop only waits.
    """

    def __init__(self, stall_meter: StallMeter) -> None:
        super().__init__()
        self.on_idle: list[Callable[[], object]] = []
        self._stall_meter = stall_meter
        self._process = getpid()
        self._polls = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """The files that are ready."""
        end_unless(self._process)
        with self._stall_meter.paused():
            return self._ready(timeout) if self.on_idle else super().select(timeout)

    def _ready(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        found: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        self._polls += 1
        # A model that polls on the loop never lets it become idle.
        if (found or timeout == 0) and self._polls < _MANY:
            return found
        self._polls, calls, self.on_idle = 0, self.on_idle, []
        for call in calls:
            call()
        return found


def _now() -> _Clocks:
    if _THREAD is None:
        return _Clocks(perf_counter(), processor_time(), 0, 0)
    used = resource.getrusage(_THREAD)
    return _Clocks(perf_counter(), processor_time(), used.ru_nvcsw, used.ru_nivcsw)
