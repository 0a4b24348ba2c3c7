"""The processor time of this process, in steps that are short enough to measure one answer."""

from __future__ import annotations

from time import process_time

try:
    # By name: a model may replace what the module has.
    from resource import RUSAGE_SELF, getrusage
except ImportError:  # Windows
    _HAS_USAGE = False
else:
    _HAS_USAGE = True

_NS = 1e9


def processor_time() -> float:
    """Seconds in which the process computed, user and system time of all its threads.

    Under a limit of the processor time (`ulimit -t`), or a profiler with a timer of it, Linux counts the clock of
    `process_time()` by ticks of some milliseconds, but not what it tells of the used resources.
    """
    if not _HAS_USAGE:
        return process_time()
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def processor_time_ns() -> int:
    """The same in nanoseconds."""
    return round(processor_time() * _NS)
