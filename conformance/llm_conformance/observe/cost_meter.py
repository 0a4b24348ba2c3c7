"""The meter: what answers of several lengths take of memory and of the processor's time."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from llm_conformance.driver.driver import CallResult
from llm_conformance.observe.call_styles import CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import Cost

# So many times more for a token is measured once more, as only what is seen twice counts, and then it is enough.
PROVEN_GROWTH = 5
# Tokens of one letter: what a framework copies when it adds them up is little, and what it keeps of each is seen.
_LINE = ("a", "b", " ", "c", "d", " ", "e", "\n")
# The short answer is measured so often that its least is not an accident.
_TIMES = 3
# So many tokens take no longer than another call.
_A_CALL = 32
# Seconds without any text.
_SILENCE = 0.25


class CallFailed(Exception):  # noqa: N818 - it is the model's end, not ours
    """The call did not come to its end."""

    def __init__(self, act: CallResult) -> None:
        super().__init__("no end")
        self.result = act


class CostMeter:
    """Measures one way of asking.

    costs: those until now. seconds: the longest that a call took.
    """

    def __init__(self, ctx: Context, style: CallStyle) -> None:
        self.costs: list[Cost] = []
        self.seconds = 0.0
        self._ctx = ctx
        self._way = style
        self._llm = ctx.new_instance()

    @property
    def times(self) -> float:
        """So many times longer did a token of the last answer take than one of the first."""
        return self.costs[-1].cpu_ns_per_token / max(self.costs[0].cpu_ns_per_token, 1)

    def measure(self, length: int) -> None:
        """Add the cost of an answer of so many tokens."""
        busy = min(self._busy(length) for _ in range(1 if self.costs else _TIMES))
        if self.costs and busy > PROVEN_GROWTH * self.costs[0].cpu_ns_per_token:
            busy = min(busy, self._busy(length))
        kept = self._kept_of_a_provider(length) if self._ctx.controller.sends_eagerly else self._kept(length)
        self.costs.append(Cost(tokens=length, peak_bytes=max(kept, 0), cpu_ns_per_token=busy))

    def _busy(self, length: int) -> int:
        # A provider has a thread of its own in this process, and wakes up for each token or for many.
        clock = time.thread_time_ns if self._ctx.controller.sends_eagerly else time.process_time_ns
        gc.collect()
        with gc_paused():
            return self._read(_MeasuredRead(self._rehearsal(length), clock, clock)) // length

    def _kept(self, length: int) -> int:
        with _traced():
            return self._read(_MeasuredRead(self._rehearsal(length), _taken, _most_taken))

    def _kept_of_a_provider(self, length: int) -> int:
        """The same without what the provider keeps: it has its answer in this process as long as it is not over.

        Untold where it keeps several answers for one call.
        """
        this, alone = (self._rehearsal(length * 5 // 4, length * 9 // 8) for _ in range(2))
        with _traced():
            both = self._read(_MeasuredRead(this, _taken, _taken, upto=length))
        if len(this.answer.generations) != 1:
            raise Inconclusive("the provider is not asked once for one answer, and keeps what it was asked for")
        with _traced():
            provider = self._ctx.wire.measure_at_gate(this.answer, alone.answer, _taken)
        alone.finish()
        return both - provider

    def _rehearsal(self, length: int, *gates: int) -> ControlledCall:
        return self._ctx.controlled_call(self._way, _LINE * (length // len(_LINE)), gates=gates)

    def _read(self, reading: _MeasuredRead) -> int:
        this = reading.rehearsal
        act = reading.aread if self._way.asynchronous else reading.read
        done = this.run(lambda: act(self._llm), calls=len(this.answer.tokens) // _A_CALL)
        if done.raised or done.hung:
            raise CallFailed(done)
        self.seconds = max(self.seconds, done.seconds)
        return reading.difference


class _MeasuredRead:
    """An answer that is read and not kept.

    upto: the characters after which the last look is taken, and nobody is held any more; at the end without it.
    """

    def __init__(
        self, rehearsal: ControlledCall, first: Callable[[], int], last: Callable[[], int], *, upto: int | None = None
    ) -> None:
        self.rehearsal = rehearsal
        self._first, self._last = first, last
        self._noted: list[int] = []
        self._characters, self._upto = 0, upto
        for gate in rehearsal.answer.gates.values():
            gate.on_wait(lambda: threading.Thread(target=self._wait, daemon=True).start())

    def read(self, llm: Any) -> None:
        """Read it all."""
        self._noted.append(self._first())
        for item in self.rehearsal.start(llm):
            if self.rehearsal.timed_out:
                return
            if self._upto is not None:
                self._count(item)
        self._noted.append(self._last())

    async def aread(self, llm: Any) -> None:
        """The same on a loop."""
        self._noted.append(self._first())
        async for item in self.rehearsal.start(llm):
            if self.rehearsal.timed_out:
                return
            if self._upto is not None:
                self._count(item)
        self._noted.append(self._last())

    @property
    def difference(self) -> int:
        """How much more the last look gave than the first."""
        return self._noted[1] - self._noted[0]

    def _count(self, item: object) -> None:
        self._characters += len(self.rehearsal.text_of(item))
        if self._characters >= (self._upto or 0) and len(self._noted) == 1:
            self._noted.append(self._last())
            self.rehearsal.answer.open_gates()

    def _wait(self) -> None:
        """A model that swallows text never comes so far, which is for others to tell: it is not held for that."""
        before = -1
        while before < self._characters:
            before = self._characters
            time.sleep(_SILENCE)
        self.rehearsal.answer.open_gates()


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
