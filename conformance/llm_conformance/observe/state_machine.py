"""The state machine that opens, pulls, closes, cancels and invokes in a generated order.

Whoever imports this pays for Hypothesis, so nobody does before a machine is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from llm_conformance.observe.call_styles import Way
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import Rehearsal
from llm_conformance.observe.search import Broken, Hunt
from llm_conformance.records import Trial

Tokens = Callable[[int], tuple[str, ...]]

# None opens a stream, a number pulls that one of those that have not ended, and -1 closes the first of them.
ORDERS: tuple[tuple[int | None, ...], ...] = (
    (None, 0, None, 1, -1, None, 1, 0),
    (None, None, None, 2, 1, 0, -2, 1, 0),
    (None, 0, None, 1, None, 2, -3, -2, None, 1, 0),
)

_MOST = 4


class Reading:
    """One stream that is being read, a chunk at a time."""

    def __init__(self, stage: Stage, way: Way, tokens: tuple[str, ...], llm: Any) -> None:
        self.rehearsal: Rehearsal = stage.rehearsal(way, tokens)
        self.ended = False
        self._way = way
        self._llm = llm
        self._iterator: Any = None

    def open(self) -> Trial | None:
        """Ask for it, and read nothing."""

        def act() -> None:
            self._iterator = iter(self.rehearsal.ask(self._llm))

        async def aact() -> None:
            self._iterator = aiter(self.rehearsal.ask(self._llm))

        return self._judged(act, aact)

    def pull(self) -> Trial | None:
        """Read one chunk, or find the end."""

        def act() -> None:
            for item in self._iterator:
                self.rehearsal.hear(item)
                return
            self.ended = True

        async def aact() -> None:
            async for item in self._iterator:
                self.rehearsal.hear(item)
                return
            self.ended = True

        return self._judged(act, aact)

    def close(self) -> Trial | None:
        """Leave it."""
        self.ended = True

        def act() -> None:
            self._iterator.close()

        async def aact() -> None:
            await self._iterator.aclose()

        trial = self._judged(act, aact, whole=False)
        self.rehearsal.end()
        return trial

    def cancel(self) -> Trial | None:
        """Cancel a task that reads on."""
        self.ended = True

        async def aact() -> None:
            task = asyncio.create_task(self.rehearsal.alisten(self._iterator))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait({task})

        self.rehearsal.perform(aact)
        self.rehearsal.end()
        return None

    def _judged(self, act: Any, aact: Any, *, whole: bool = True) -> Trial | None:
        done = self.rehearsal.perform(aact if self._way.asynchronous else act)
        trial = self.rehearsal.trial(done)
        said = "".join(trial.said)
        right = trial.text == said if self.ended and whole else said.startswith(trial.text)
        return None if right and not trial.broken else trial


class Streams(RuleBasedStateMachine):
    """Several streams of one instance; a subclass says of which."""

    stage: ClassVar[Stage]
    way: ClassVar[Way]
    hunt: ClassVar[Hunt]
    tokens_of: ClassVar[Tokens]

    def __init__(self) -> None:
        super().__init__()
        self.hunt.tried += 1
        self.llm: Any = None
        self.readings: list[Reading] = []
        self.steps: list[str] = []

    @precondition(lambda self: len(self.reading) < _MOST)
    @rule()
    def open(self) -> None:
        """One more."""
        self.llm = self.stage.fresh() if self.llm is None else self.llm
        tokens = type(self).tokens_of(len(self.readings))
        self.readings.append(Reading(self.stage, self.way, tokens, self.llm))
        self._judge(f"open stream {len(self.readings)}", self.readings[-1].open)

    @precondition(lambda self: self.reading)
    @rule(which=st.integers(0, _MOST - 1), chunks=st.integers(1, 9))
    def pull(self, which: int, chunks: int) -> None:
        """Some chunks of one of them."""
        number = self._number(which)
        for _ in range(chunks):
            if not self.readings[number].ended:
                self._judge(f"pull stream {number + 1}", self.readings[number].pull)

    @precondition(lambda self: self.reading)
    @rule(which=st.integers(0, _MOST - 1))
    def close(self, which: int) -> None:
        """Leave one of them."""
        number = self._number(which)
        self._judge(f"close stream {number + 1}", self.readings[number].close)

    @precondition(lambda self: self.reading and self.way.asynchronous)
    @rule(which=st.integers(0, _MOST - 1))
    def cancel(self, which: int) -> None:
        """Cancel one of them."""
        number = self._number(which)
        self._judge(f"cancel stream {number + 1}", self.readings[number].cancel)

    @precondition(lambda self: self.llm is not None)
    @rule()
    def invoke(self) -> None:
        """Another call between."""
        self._judge("invoke", lambda: _invoked(self.stage, self.llm))

    def teardown(self) -> None:
        """Read all that are left to their ends."""
        for number in self.reading:
            reading = self.readings[number]
            while not reading.ended and not self.hunt.over:
                self._judge(f"pull stream {number + 1}", reading.pull)
            reading.rehearsal.end()

    @property
    def reading(self) -> list[int]:
        """Those that have not ended."""
        return [number for number, one in enumerate(self.readings) if not one.ended]

    def _number(self, which: int) -> int:
        return self.reading[which % len(self.reading)]

    def _judge(self, step: str, act: Callable[[], Trial | None]) -> None:
        if self.hunt.over:
            return
        self.steps.append(step)
        if self.hunt.breaks(act(), self.steps):
            raise Broken


def rehearsed(model: type[Streams]) -> None:
    """Go through the orders that have broken some model."""
    for order in ORDERS:
        streams = model()
        for step in order:
            if step is None:
                streams.open()
            elif not streams.reading:
                continue
            elif step < 0:
                streams.close(-step - 1)
            else:
                streams.pull(step, 2)
        streams.teardown()


def machine(stage: Stage, way: Way, hunt: Hunt, tokens_of: Tokens) -> type[Streams]:
    """The machine of one subject."""
    return type("Streams", (Streams,), {"stage": stage, "way": way, "hunt": hunt, "tokens_of": staticmethod(tokens_of)})


def _invoked(stage: Stage, llm: Any) -> Trial | None:
    cue = stage.prompter.announce((" in", " between"))
    reply = stage.reply(lambda llm: llm.invoke(cue.prompt), on=llm)
    stage.prompter.forget(cue)
    if not reply.broken and reply.text == " in between":
        return None
    chunks = () if reply.value is None else (reply.value,)
    return Trial(raised=reply.raised, hung=reply.hung, said=cue.tokens, chunks=chunks)
