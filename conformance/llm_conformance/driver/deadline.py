"""When a call counts as hung: nothing comes from it for some time. When as endless: it yields far more than before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

# An answer may be longer than the last one, and cut into smaller chunks; an event stream has several events a chunk.
_TIMES = 10
# Items. A model that changes its answer may give a long one after a short one.
_MANY = 1_000


class Clock(Protocol):
    """Counts seconds."""

    def __call__(self) -> float:
        """The seconds until now."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What comes from a call.

    count: how many items have come until now: chunks, events, callbacks, tokens that the model has taken.
    expected: how many the same answer had before; 0 if that is not known.
    """

    count: Callable[[], int] = lambda: 0
    expected: int = 0


SILENT = Progress()


class Deadline:
    """Watches one call: `passed()` is called many times a second.

    A call is hung when nothing comes for `seconds`. A call that yields is endless when it has yielded ten times what
    the same answer had before, and takes longer than `seconds`. Without an answer before it, a thousand items, or ten
    times as long, are enough.

    endless: the deadline has passed while items were still coming.
    shortened: it is shorter than a call that hangs deserves, so it proves nothing.
    """

    def __init__(self, seconds: float, progress: Progress, clock: Clock, *, shortened: bool = False) -> None:
        self.seconds = seconds
        self.shortened = shortened
        self.endless = False
        self._progress = progress
        self._clock = clock
        self._begun = self._last = clock()
        self._count = progress.count()

    @property
    def lasted(self) -> float:
        """The seconds from the begin of the call, in which the process could run."""
        return self._clock() - self._begun

    def passed(self) -> bool:
        """Whether the call counts as hung, or as endless."""
        now, count = self._clock(), self._progress.count()
        if count != self._count:
            self._count, self._last = count, now
        self.endless = self._is_endless(now - self._begun)
        return self.endless or now - self._last >= self.seconds

    def _is_endless(self, lasts: float) -> bool:
        most = _TIMES * self._progress.expected
        if self._count <= most or lasts < self.seconds:
            return False
        return self._count > max(most, _MANY) or lasts >= _TIMES * self.seconds
