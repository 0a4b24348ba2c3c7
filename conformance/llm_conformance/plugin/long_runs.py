"""Names in the progress of a run that takes long: a line of signs does not show which check takes the time."""

from __future__ import annotations

import time
from collections.abc import Callable

from llm_conformance.plugin import SUITE_ARG

# Seconds between two lines with a name.
INTERVAL = 15


class LongRun:
    """Says from time to time which check begins."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._named = clock()

    def line(self, nodeid: str) -> str:
        """The line for a check that begins; empty if a line was written a short time ago."""
        now = self._clock()
        if not nodeid.startswith(f"{SUITE_ARG}::") or now - self._named < INTERVAL:
            return ""
        self._named = now
        spec, check = nodeid.split("::", 2)[1:]
        return f"after {now - self._began:.0f} s: {check.replace('::', '.')} of {spec}"
