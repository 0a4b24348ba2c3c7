"""Measures the memory and the processor time of answers of several lengths."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep, thread_time_ns
from typing import Any

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.processor_time import processor_time_ns
from llm_conformance.observe.call_styles import CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import Cost

# So many times more for a token is measured a second time, and then counts as growth.
PROVEN_GROWTH = 5
# Tokens of one letter: a framework copies little when it adds them up, and what it keeps of each shows.
_LINE = ("a", "b", " ", "c", "d", " ", "e", "\n")
# The short answer is measured so often that the least is not an accident.
_TIMES = 3
# Seconds without any text.
_SILENCE = 0.25


class CallFailedError(Exception):
    """The measured call raised or hung; `result` is how it ended."""

    def __init__(self, result: CallResult) -> None:
        super().__init__("the call failed")
        self.result = result


class CostMeter:
    """Measures one call style.

    costs: the measurements until now. seconds: the longest time that a call took. timed: whether the processor time is
        measured, too; without it that is 0.
    """

    def __init__(self, ctx: Context, style: CallStyle, *, timed: bool = True) -> None:
        self.costs: list[Cost] = []
        self.seconds = 0.0
        self._ctx = ctx
        self._style = style
        self._timed = timed
        self._llm = ctx.new_instance()

    @property
    def times(self) -> float:
        """The processor time of a token of the last answer, as a multiple of that of the first."""
        return self.costs[-1].cpu_ns_per_token / max(self.costs[0].cpu_ns_per_token, 1)

    def measure(self, length: int) -> None:
        """Add the cost of an answer of so many tokens; CallFailedError if the call fails."""
        busy = min(self._busy(length) for _ in range(1 if self.costs else _TIMES)) if self._timed else 0
        if self.costs and busy > PROVEN_GROWTH * self.costs[0].cpu_ns_per_token:
            busy = min(busy, self._busy(length))
        kept = self._kept_of_a_provider(length) if self._ctx.controller.sends_eagerly else self._kept(length)
        self.costs.append(Cost(tokens=length, peak_bytes=max(kept, 0), cpu_ns_per_token=busy))

    def _busy(self, length: int) -> int:
        # A provider has its own thread in this process, and wakes up for each token or for many.
        clock = thread_time_ns if self._ctx.controller.sends_eagerly else processor_time_ns
        gc.collect()
        with gc_paused():
            return self._read(_MeasuredRead(self._call(length), clock, clock)) // length

    def _kept(self, length: int) -> int:
        with _traced():
            return self._read(_MeasuredRead(self._call(length), _allocated, _peak))

    def _kept_of_a_provider(self, length: int) -> int:
        """The same without the memory of the provider, which has its answer in this process until it is sent.

        Inconclusive if it has several answers for one call.
        """
        this, alone = (self._call(length * 5 // 4, length * 9 // 8) for _ in range(2))
        with _traced():
            both = self._read(_MeasuredRead(this, _allocated, _allocated, upto=length))
        if len(this.answer.generations) != 1:
            raise Inconclusive("the adapter sends several requests for one answer, and the provider keeps each of them")
        with _traced():
            provider = self._ctx.wire.measure_at_gate(this.answer, alone.answer, _allocated)
        alone.finish()
        return both - provider

    def _call(self, length: int, *gates: int) -> ControlledCall:
        return self._ctx.controlled_call(self._style, _LINE * (length // len(_LINE)), gates=gates)

    def _read(self, reading: _MeasuredRead) -> int:
        this = reading.call
        done = this.run(lambda: reading.read(self._llm))
        if done.raised or done.hung:
            raise CallFailedError(done)
        self.seconds = max(self.seconds, done.seconds)
        return reading.difference


class _MeasuredRead:
    """An answer that is read and not kept.

    first, last: measure before and after. upto: the characters after which the second measurement is made and all gates
    are opened; without it that is at the end.
    """

    def __init__(
        self, call: ControlledCall, first: Callable[[], int], last: Callable[[], int], *, upto: int | None = None
    ) -> None:
        self.call = call
        self._first, self._last = first, last
        self._measured: list[int] = []
        self._characters, self._upto = 0, upto
        for gate in call.answer.gates.values():
            gate.on_wait(lambda: threading.Thread(target=self._wait, daemon=True).start())

    async def read(self, llm: Any) -> None:
        """Read it all. Each call style has its own loop: what is measured is the model, not an adapter of ours."""
        self._measured.append(self._first())
        if self.call.style.asynchronous:
            async for item in self.call.start(llm):
                if self.call.timed_out:
                    return
                self.call.note_item()
                if self._upto is not None:
                    self._count(item)
        else:
            for item in self.call.start(llm):
                if self.call.timed_out:
                    return
                self.call.note_item()
                if self._upto is not None:
                    self._count(item)
        self._measured.append(self._last())

    @property
    def difference(self) -> int:
        """The second measurement less the first."""
        return self._measured[1] - self._measured[0]

    def _count(self, item: object) -> None:
        self._characters += len(self.call.text_of(item))
        if self._characters >= (self._upto or 0) and len(self._measured) == 1:
            self._measured.append(self._last())
            self.call.answer.open_gates()

    def _wait(self) -> None:
        """A model that loses text never yields so many characters; another check reports that, so it is not paused."""
        before = -1
        while before < self._characters:
            before = self._characters
            sleep(_SILENCE)
        self.call.answer.open_gates()


def _allocated() -> int:
    return tracemalloc.get_traced_memory()[0]


def _peak() -> int:
    return tracemalloc.get_traced_memory()[1]


@contextmanager
def _traced() -> Iterator[None]:
    """Trace memory. If the process already does, that goes on, with a new peak."""
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
