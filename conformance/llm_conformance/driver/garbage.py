"""The garbage of runs: collected now and not in the middle of a later call, and excluded while a run lasts."""

from __future__ import annotations

import gc
import sys

from llm_conformance.driver.captured_warnings import capture_warnings
from llm_conformance.driver.dropped import DroppedGenerators

# Memory blocks of the interpreter: some twenty megabytes. A run leaves ten thousand of them, or some hundred thousand.
_MOST_GARBAGE = 250_000
# The number of allocated blocks at the start or after the last collection, or the smallest number since.
_BLOCKS_BEFORE = [sys.getallocatedblocks()]


def freeze_objects() -> None:
    """Exclude the objects that exist from garbage collection.

    A finished run is garbage in cycles. The next driver freezes it, so without a collection in between the process
    keeps every run. A collection takes tenths of a second in a large process, so it happens only after growth. The
    interpreter counts blocks at once; `gc.get_freeze_count()` walks through all objects.
    """
    if sys.getallocatedblocks() > _BLOCKS_BEFORE[0] + _MOST_GARBAGE:
        collect_garbage()
        _BLOCKS_BEFORE[0] = sys.getallocatedblocks()
    _BLOCKS_BEFORE[0] = min(_BLOCKS_BEFORE[0], sys.getallocatedblocks())
    gc.freeze()


def collect_garbage(dropped: DroppedGenerators | None = None) -> None:
    """Run the finalisers of abandoned objects now, and not in the middle of a later call.

    dropped: gets what generators raise.
    """
    with capture_warnings(dropped):
        gc.collect()
