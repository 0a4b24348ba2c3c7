"""The meter: what answers of several lengths take of memory and of the processor's time."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from llm_conformance.driver.driver import Act
from llm_conformance.observe.call_styles import Way
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import Rehearsal
from llm_conformance.observe.gc_pause import uncollected
from llm_conformance.observe.inconclusive import Untold
from llm_conformance.records import Cost

# So many times more for a token is measured once more, as only what is seen twice counts, and then it is enough.
DAMNING = 5
# Tokens of one letter: what a framework copies when it adds them up is little, and what it keeps of each is seen.
_LINE = ("a", "b", " ", "c", "d", " ", "e", "\n")
# The short answer is measured so often that its least is not an accident.
_TIMES = 3
# So many tokens take no longer than another call.
_A_CALL = 32
# Seconds without any text.
_SILENCE = 0.25


class Ended(Exception):  # noqa: N818 - it is the model's end, not ours
    """The call did not come to its end."""

    def __init__(self, act: Act) -> None:
        super().__init__("no end")
        self.act = act


class Meter:
    """Measures one way of asking.

    costs: those until now. seconds: the longest that a call took.
    """

    def __init__(self, stage: Stage, way: Way) -> None:
        self.costs: list[Cost] = []
        self.seconds = 0.0
        self._stage = stage
        self._way = way
        self._llm = stage.fresh()

    @property
    def times(self) -> float:
        """So many times longer did a token of the last answer take than one of the first."""
        return self.costs[-1].busy / max(self.costs[0].busy, 1)

    def measure(self, length: int) -> None:
        """Add the cost of an answer of so many tokens."""
        busy = min(self._busy(length) for _ in range(1 if self.costs else _TIMES))
        if self.costs and busy > DAMNING * self.costs[0].busy:
            busy = min(busy, self._busy(length))
        kept = self._kept_of_a_provider(length) if self._stage.prompter.sends_ahead else self._kept(length)
        self.costs.append(Cost(tokens=length, kept=max(kept, 0), busy=busy))

    def _busy(self, length: int) -> int:
        # A provider has a thread of its own in this process, and wakes up for each token or for many.
        clock = time.thread_time_ns if self._stage.prompter.sends_ahead else time.process_time_ns
        gc.collect()
        with uncollected():
            return self._read(_Reading(self._rehearsal(length), clock, clock)) // length

    def _kept(self, length: int) -> int:
        with _traced():
            return self._read(_Reading(self._rehearsal(length), _taken, _most_taken))

    def _kept_of_a_provider(self, length: int) -> int:
        """The same without what the provider keeps: it has its answer in this process as long as it is not over.

        Untold where it keeps several answers for one call.
        """
        this, alone = (self._rehearsal(length * 5 // 4, length * 9 // 8) for _ in range(2))
        with _traced():
            both = self._read(_Reading(this, _taken, _taken, upto=length))
        if len(this.cue.takes) != 1:
            raise Untold("the provider is not asked once for one answer, and keeps what it was asked for")
        with _traced():
            provider = self._stage.wire.look_on(this.cue, alone.cue, _taken)
        alone.end()
        return both - provider

    def _rehearsal(self, length: int, *gates: int) -> Rehearsal:
        return self._stage.rehearsal(self._way, _LINE * (length // len(_LINE)), gates=gates)

    def _read(self, reading: _Reading) -> int:
        this = reading.rehearsal
        act = reading.aread if self._way.asynchronous else reading.read
        done = this.act(lambda: act(self._llm), calls=len(this.cue.tokens) // _A_CALL)
        if done.raised or done.hung:
            raise Ended(done)
        self.seconds = max(self.seconds, done.seconds)
        return reading.difference


class _Reading:
    """An answer that is read and not kept.

    upto: the characters after which the last look is taken, and nobody is held any more; at the end without it.
    """

    def __init__(
        self, rehearsal: Rehearsal, first: Callable[[], int], last: Callable[[], int], *, upto: int | None = None
    ) -> None:
        self.rehearsal = rehearsal
        self._first, self._last = first, last
        self._noted: list[int] = []
        self._characters, self._upto = 0, upto
        for gate in rehearsal.cue.gates.values():
            gate.herald(lambda: threading.Thread(target=self._wait, daemon=True).start())

    def read(self, llm: Any) -> None:
        """Read it all."""
        self._noted.append(self._first())
        for item in self.rehearsal.ask(llm):
            if self._upto is not None:
                self._count(item)
        self._noted.append(self._last())

    async def aread(self, llm: Any) -> None:
        """The same on a loop."""
        self._noted.append(self._first())
        async for item in self.rehearsal.ask(llm):
            if self._upto is not None:
                self._count(item)
        self._noted.append(self._last())

    @property
    def difference(self) -> int:
        """How much more the last look gave than the first."""
        return self._noted[1] - self._noted[0]

    def _count(self, item: object) -> None:
        self._characters += len(self.rehearsal.text(item))
        if self._characters >= (self._upto or 0) and len(self._noted) == 1:
            self._noted.append(self._last())
            self.rehearsal.cue.release()

    def _wait(self) -> None:
        """A model that swallows text never comes so far, which is for others to tell: it is not held for that."""
        before = -1
        while before < self._characters:
            before = self._characters
            time.sleep(_SILENCE)
        self.rehearsal.cue.release()


def _taken() -> int:
    return tracemalloc.get_traced_memory()[0]


def _most_taken() -> int:
    return tracemalloc.get_traced_memory()[1]


@contextmanager
def _traced() -> Iterator[None]:
    """Somebody else may be tracing: they go on, with a new peak."""
    gc.collect()
    ours = not tracemalloc.is_tracing()
    if ours:
        tracemalloc.start()
    tracemalloc.reset_peak()
    try:
        yield
    finally:
        if ours:
            tracemalloc.stop()
