"""How much of the model a run may use: live providers cost money, and a build has its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import perf_counter

CALLS_OPTION, SECONDS_OPTION = "--llm-call-budget", "--llm-time-budget"


class Budget:
    """The calls and the seconds of one run.

    calls: the number of answers that the model may be asked for. seconds: the time in which it may be called.
    asked: the number of answers that it was asked for. now: a clock, in seconds.
    """

    def __init__(
        self, calls: float | None = None, seconds: float | None = None, now: Callable[[], float] = perf_counter
    ) -> None:
        self.asked = 0
        self._calls = inf if calls is None else calls
        self._seconds = inf if seconds is None else seconds
        self._now = now
        self._spent = 0.0
        self._since: float | None = None

    @contextmanager
    def calling(self) -> Iterator[None]:
        """The model is called in here."""
        self._since = self._now()
        try:
            yield
        finally:
            self._spent, self._since = self.seconds, None

    @property
    def limited(self) -> bool:
        """Whether there is a budget at all."""
        return min(self._calls, self._seconds) < inf

    @property
    def seconds(self) -> float:
        """The seconds in which the model was called."""
        return self._spent if self._since is None else self._spent + self._now() - self._since

    @property
    def time_is_over(self) -> bool:
        """Whether a call that has not ended is given up."""
        return self.seconds >= self._seconds

    def refusal(self, calls: int) -> str:
        """Why the model is not asked for so many more answers; empty if it is."""
        if self.time_is_over:
            return f"not tried: {SECONDS_OPTION}={self._seconds:g} is used up"
        if self.asked + calls > self._calls:
            left = f"{self._calls - self.asked:g} of {CALLS_OPTION}={self._calls:g} are left"
            return f"not tried: it needs {calls} call{'s' * (calls != 1)}, and {left}"
        return ""
