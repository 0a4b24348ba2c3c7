"""The result of one call, and what it proves if the call hung or could hardly run."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from llm_conformance.records import Hung, Raised, Stalls

# A call of so many seconds is starved if it could run for less than this share of them.
_LONG, _SHARE = 1.0, 0.5


@dataclass(slots=True)
class CallResult:
    """The result of one call; the thread or task that makes the call fills it in.

    endless: whether it was ended because it yields on and on.
    seconds: how long it took. could_run: for how much of that the process could run.
    """

    raised: Raised | None = None
    hung: Hung | None = None
    endless: bool = False
    seconds: float = 0.0
    could_run: float = 0.0
    warnings: tuple[str, ...] = ()
    stalls: Stalls | None = None
    done: threading.Event = field(default_factory=threading.Event)
    _recursion: int = field(default_factory=sys.getrecursionlimit)

    def end(self) -> None:
        """Note in its thread that the call has ended: another cannot call anything with a limit below its depth."""
        if sys.getrecursionlimit() < self._recursion:
            sys.setrecursionlimit(self._recursion)
        self.done.set()

    def fail(self, raised: Raised) -> None:
        """End the call with an exception, unless it has ended."""
        if not self.done.is_set():
            self.raised = raised
            self.end()

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that every record of the call has, by the names of `records.CallOutcome`."""
        names = ("raised", "hung", "seconds", "stalls")
        return {**{name: getattr(self, name) for name in names}, "warnings": self.warnings}


def is_starved(record: CallResult) -> bool:
    """Whether a timeout of the client ended a call that others kept from running for most of its time."""
    timed_out = record.raised is not None and record.raised.is_timeout
    return timed_out and record.seconds >= _LONG and record.could_run < _SHARE * record.seconds


def at_deadline(record: CallResult) -> CallResult:
    """The result of a call that hung: what the harness released then has changed the record since."""
    return CallResult(hung=record.hung, seconds=record.seconds, warnings=record.warnings)
