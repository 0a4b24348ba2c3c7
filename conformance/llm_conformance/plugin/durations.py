"""`--durations`: the scenarios that took the time. pytest itself names the check that was the first to need one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from llm_conformance.report.lines import escape_line

# Seconds: pytest shows nothing shorter, either, unless --durations-min says otherwise.
_SHORTEST = 0.005


class Durations:
    """The seconds of each scenario, by subject and attempt."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[str, str], float] = {}

    def add(self, spec: str, seconds: Mapping[str, float]) -> None:
        """Take the seconds of the scenarios that were observed for one check."""
        self._seconds |= {(spec, attempt): took for attempt, took in seconds.items()}

    def lines(self, most: int, shortest: float | None) -> Iterator[str]:
        """A line for each of the slowest.

        most: how many; 0 for all. shortest: the seconds from which one is shown; None for pytest's own 0.005.
        """
        for (spec, attempt), took in sorted(self._seconds.items(), key=lambda one: -one[1])[: most or None]:
            if took >= (_SHORTEST if shortest is None else shortest):
                yield escape_line(f"{took:.2f}s {attempt} of {spec}")
