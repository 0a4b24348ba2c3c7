"""Short and long answers, read by somebody who keeps nothing of them: what each token costs."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from llm_conformance.driver import Act
from llm_conformance.model import Cost, Growth, Stream
from llm_conformance.registry import scenario
from llm_conformance.scenarios.garbage import uncollected
from llm_conformance.scenarios.searching import Effort
from llm_conformance.scenarios.stage import Stage
from llm_conformance.scenarios.ways import ASTREAM, STREAM, Way

# Tokens of one letter: what a framework copies when it adds them up is little, and what it keeps of each is seen.
_LINE = ("a", "b", " ", "c", "d", " ", "e", "\n")
_SHORT, _LONG, _LONGEST = 1_000, 10_000, 100_000
# The short answer is measured so often that its least is not an accident.
_TIMES = 3
# Seconds: whoever takes longer for an answer waits for something, and is asked for no longer one.
_PATIENCE = 5.0
# So many times more for a token is measured once more, as only what is seen twice counts, and then it is enough.
_DAMNING = 5
_A_CALL = 32
_SAME_PROCESS = "the provider keeps its answers in the same process"


@scenario(
    owner="stream.flat-memory",
    method="stream",
    calls=0,
    after=("live.delivers", "stream.pulled"),
    held=True,
    unwired=_SAME_PROCESS,
)
def growing_stream(stage: Stage, stream: Stream) -> Growth:
    """A thousand tokens, and ten thousand; a hundred thousand where more effort is asked for."""
    return _grown(stage, STREAM, stream)


@scenario(
    owner="stream.flat-memory",
    method="astream",
    calls=0,
    after=("live.delivers", "stream.pulled"),
    held=True,
    unwired=_SAME_PROCESS,
)
def growing_astream(stage: Stage, astream: Stream) -> Growth:
    """The same on a loop."""
    return _grown(stage, ASTREAM, astream)


def _grown(stage: Stage, way: Way, unheld: Stream) -> Growth:
    if not unheld.many:
        return Growth(given={"streams": "no"})
    lengths = (_SHORT, _LONG) if stage.effort is Effort.QUICK else (_SHORT, _LONG, _LONGEST)
    meter = _Meter(stage, way)
    try:
        for length in lengths:
            meter.measure(length)
            if meter.seconds > _PATIENCE or meter.times > _DAMNING:
                break
    except _Ended as ended:
        act = ended.act
        return Growth(raised=act.raised, hung=act.hung, seconds=act.seconds, costs=tuple(meter.costs))
    return Growth(seconds=meter.seconds, costs=tuple(meter.costs))


class _Meter:
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
        if self.costs and busy > _DAMNING * self.costs[0].busy:
            busy = min(busy, self._busy(length))
        self.costs.append(Cost(tokens=length, kept=self._kept(length), busy=busy))

    def _busy(self, length: int) -> int:
        gc.collect()
        with uncollected():
            return self._read(length, time.process_time_ns, time.process_time_ns) // length

    def _kept(self, length: int) -> int:
        with _traced():
            return max(self._read(length, _taken, _most_taken), 0)

    def _read(self, length: int, first: Callable[[], int], last: Callable[[], int]) -> int:
        """Read it all: how much more the last figure is than the first."""
        this, noted = self._stage.rehearsal(self._way, _LINE * (length // len(_LINE))), list[int]()

        def act() -> None:
            noted.append(first())
            for _ in this.ask(self._llm):
                pass
            noted.append(last())

        async def aact() -> None:
            noted.append(first())
            async for _ in this.ask(self._llm):
                pass
            noted.append(last())

        done = this.act(aact if self._way.asynchronous else act, calls=length // _A_CALL)
        if done.raised or done.hung:
            raise _Ended(done)
        self.seconds = max(self.seconds, done.seconds)
        return noted[1] - noted[0]


class _Ended(Exception):  # noqa: N818 - it is the model's end, not ours
    """The call did not come to its end."""

    def __init__(self, act: Act) -> None:
        super().__init__("no end")
        self.act = act


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
