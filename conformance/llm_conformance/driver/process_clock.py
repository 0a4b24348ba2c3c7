"""Counts the time in which the process could run: on a busy machine, others take a part of the wall time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import perf_counter

from llm_conformance.driver.processor_time import processor_time

# Linux alone tells how long each thread of the process was ready to run, and waited for a processor.
_THREADS = Path("/proc/self/task")
_NS = 1e9
# Without that: a process that computes for less than this share of the time waits for something outside of it.
_IDLE = 0.1
# At least this share of the wall time counts, so that a call ends on any machine.
_LEAST = 0.05
# Seconds. If the harness itself was not run for longer, the machine or another thread did not let it.
_MOST = 0.5


class ProcessClock:
    """Seconds in which the process could run, from its construction; to be called many times a second.

    Wall time counts while the process waits: for a network, a timer, or a lock. While it is ready to run, the processor
    time counts that it gets. So a call on a machine that runs it a fifth of the time has five times as long.
    """

    def __init__(self) -> None:
        self._seconds = 0.0
        self._wall, self._computed, self._queued = perf_counter(), processor_time(), _queued()

    def __call__(self) -> float:
        """The seconds until now."""
        wall, computed, queued = perf_counter(), processor_time(), _queued()
        self._seconds += counted_seconds(
            wall - self._wall,
            computed - self._computed,
            sum(max(0.0, value - self._queued.get(thread, 0.0)) for thread, value in queued.items())
            if queued
            else None,
        )
        self._wall, self._computed, self._queued = wall, computed, queued
        return self._seconds


def counted_seconds(wall: float, computed: float, queued: float | None) -> float:
    """How much of a short time counts.

    wall: its length. computed: the processor time of the process within it. queued: how long its threads were ready and
    did not run, all added; None where the platform does not tell. All are seconds.
    """
    waited = (wall if computed <= _IDLE * wall else 0.0) if queued is None else wall - queued
    return min(max(waited, computed, _LEAST * wall), wall, _MOST)


def _queued() -> dict[str, float]:
    found: dict[str, float] = {}
    with suppress(OSError):
        for thread in _THREADS.iterdir():
            # A thread may end meanwhile.
            with suppress(OSError, IndexError):
                found[thread.name] = int((thread / "schedstat").read_bytes().split()[1]) / _NS
    return found
