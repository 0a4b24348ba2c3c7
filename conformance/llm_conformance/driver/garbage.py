"""The garbage of runs: collected now and not in the middle of a later call, and excluded while a run lasts."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from llm_conformance.driver.captured_warnings import capture_warnings
from llm_conformance.driver.dropped import DroppedGenerators
from llm_conformance.driver.instances import KEPT

# Memory blocks of the interpreter: some twenty megabytes. A run leaves ten thousand of them, or some hundred thousand.
_MOST_GARBAGE = 250_000
# The generations of the collector: new objects and those that one collection has left, and all.
_MIDDLE, _OLDEST = 1, 2
# Seconds that a collection may take.
_LONGEST = 10.0
# Objects that were allocated and not freed: some twenty megabytes.
_MUCH = 100_000
# The number of allocated blocks at the start or after the last collection, or the smallest number since.
_BLOCKS_BEFORE = [sys.getallocatedblocks()]


class Frozen:
    """Excludes the objects that exist from garbage collection, until every run that did so has ended.

    The harness collects the subject's garbage often, and in a large process each collection takes tenths of a second.
    Objects that somebody else has frozen stay as they are.

    A finished run is garbage in cycles. The next one freezes it, so without a collection in between the process keeps
    every run. That collection happens only after growth. The interpreter counts blocks by the page;
    `gc.get_freeze_count()` walks through all objects.
    """

    _runs = 0

    def __init__(self) -> None:
        self._blocks = sys.getallocatedblocks()
        self._freezes = Frozen._runs > 0 or gc.get_freeze_count() == 0
        if not self._freezes:
            return
        Frozen._runs += 1
        if Frozen._runs == 1:
            if sys.getallocatedblocks() > _BLOCKS_BEFORE[0] + _MOST_GARBAGE:
                collect_beside()
                _BLOCKS_BEFORE[0] = sys.getallocatedblocks()
            _BLOCKS_BEFORE[0] = min(_BLOCKS_BEFORE[0], sys.getallocatedblocks())
            gc.freeze()

    @contextmanager
    def with_imports(self) -> Iterator[None]:
        """Exclude what the model's module imports within this block, too: often more than all that was there before."""
        before = sys.getallocatedblocks()
        yield
        grown = sys.getallocatedblocks() - before
        if self._freezes and grown > _MUCH:
            _BLOCKS_BEFORE[0] += grown
            self._blocks = sys.getallocatedblocks()
            gc.freeze()

    def with_earlier_runs(self, seconds: float) -> None:
        """Exclude what other runs have recorded since, too: each collection would walk through all of it.

        seconds: how long the collection of their garbage may take.
        """
        if self._freezes and Frozen._runs > 1:
            collect_beside(seconds=seconds)
            gc.freeze()
            self._blocks = sys.getallocatedblocks()

    def with_growth(self, seconds: float, dropped: DroppedGenerators) -> None:
        """Exclude what calls have imported, and what was recorded of them, too, once that is much.

        Garbage is collected before. seconds: how long that may take. dropped: gets what generators raise.
        """
        if self._freezes and sys.getallocatedblocks() > self._blocks + _MUCH:
            collect_beside(seconds=seconds, dropped=dropped)
            gc.freeze()
            self._blocks = sys.getallocatedblocks()

    def end(self) -> None:
        """Collect the objects again, if no other run goes on."""
        if self._freezes:
            self._freezes = False
            Frozen._runs -= 1
            if Frozen._runs == 0:
                gc.unfreeze()


def collect_garbage(dropped: DroppedGenerators | None = None, *, young: bool = False) -> None:
    """Run the finalisers of abandoned objects now, and not in the middle of a later call.

    dropped: gets what generators raise. young: only the objects of the calls at hand are looked at, which takes a
    hundredth of the time.
    """
    with capture_warnings(dropped):
        gc.collect(_MIDDLE if young else _OLDEST)


def collect_beside(
    generation: int = _OLDEST, *, seconds: float = _LONGEST, dropped: DroppedGenerators | None = None
) -> None:
    """Run the finalisers of abandoned objects in another thread, with a deadline: a `__del__` may hang.

    A collection that hangs is the last one of the process: the interpreter begins no other beside it. So no automatic
    one can hang in the thread of pytest.
    generation: only objects that have outlived fewer collections are looked at. seconds: how long it may take.
    dropped: gets what generators raise.
    """
    with capture_warnings(dropped):
        thread = threading.Thread(target=gc.collect, args=(generation,), name="llm-conformance-call", daemon=True)
        thread.start()
        thread.join(seconds)
    if thread.is_alive():
        # The process must end without the interpreter's own end, which collects once more.
        KEPT.append(thread)


def collect_growth() -> None:
    """Collect if much has been allocated while the collector was paused."""
    if gc.get_count()[0] > _MUCH:
        collect_beside(_MIDDLE)


@contextmanager
def collected_after(seconds: float) -> Iterator[None]:
    """Within this block, garbage is collected only by an explicit call; at its end what is left of it.

    The model does not decide when the collector runs, and none of its finalisers runs in the thread of pytest.
    seconds: how long that collection may take.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        collect_beside(_MIDDLE, seconds=seconds)
        if collecting:
            gc.enable()
