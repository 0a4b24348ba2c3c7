"""The state machine that opens, reads, closes, cancels and invokes in a generated order.

It imports Hypothesis, so it is imported only when a machine is needed.
"""

from __future__ import annotations

import asyncio
from asyncio import sleep
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from llm_conformance.observe.alone_answers import IN_BETWEEN, AloneAnswers, Tokens
from llm_conformance.observe.call_styles import CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import Act, ControlledCall
from llm_conformance.observe.search import CounterexampleSearch, RuleBroken
from llm_conformance.records import ControlledOutcome

# None opens a stream, a number reads a chunk of that one of the open streams, and -1 closes the first of them.
ORDERS: tuple[tuple[int | None, ...], ...] = (
    (None, 0, None, 1, -1, None, 1, 0),
    (None, None, None, 2, 1, 0, -2, 1, 0),
    (None, 0, None, 1, None, 2, -3, -2, None, 1, 0),
)

_MOST = 4


class OpenStream:
    """One stream that is read a chunk at a time.

    alone: the texts of the chunks that the model yields if no other call runs.
    """

    def __init__(
        self, ctx: Context, style: CallStyle, tokens: tuple[str, ...], llm: Any, alone: tuple[str, ...]
    ) -> None:
        self.call: ControlledCall = ctx.controlled_call(style, tokens)
        self.ended = False
        self._llm = llm
        self._alone = alone
        self._items: Any = None

    def open(self) -> ControlledOutcome | None:
        """Call the method, and read nothing."""

        async def act() -> None:
            self._items = self.call.items(self._llm)

        return self._judged(act)

    def pull(self) -> ControlledOutcome | None:
        """Read one chunk, or find the end."""

        async def act() -> None:
            async for item in self._items:
                self.call.record(item)
                return
            self.ended = True

        return self._judged(act)

    def close(self) -> ControlledOutcome | None:
        """Close it."""
        self.ended = True
        outcome = self._judged(lambda: self.call.close(self._items), whole=False)
        self.call.finish()
        return outcome

    def cancel(self) -> ControlledOutcome | None:
        """Cancel a task that reads on."""
        self.ended = True

        async def act() -> None:
            task = asyncio.create_task(self.call.read_all(self._items))
            await sleep(0)
            task.cancel()
            await asyncio.wait({task})

        self.call.run_step(act)
        self.call.finish()
        return None

    def _judged(self, act: Act, *, whole: bool = True) -> ControlledOutcome | None:
        outcome = replace(self.call.outcome(self.call.run_step(act)), tokens=self._alone)
        expected = "".join(self._alone)
        right = outcome.text == expected if self.ended and whole else expected.startswith(outcome.text)
        return None if right and not outcome.failed else outcome


class StreamMachine(RuleBasedStateMachine):
    """Several streams of one instance.

    The subject is an argument and not an attribute of a subclass: Hypothesis keeps every class for ever.
    """

    def __init__(
        self, ctx: Context, style: CallStyle, search: CounterexampleSearch, tokens_of: Tokens, alone: AloneAnswers
    ) -> None:
        self.ctx, self.style, self.search, self.tokens_of, self.alone = ctx, style, search, tokens_of, alone
        super().__init__()
        self.search.examples += 1
        self.llm: Any = None
        self.streams: list[OpenStream] = []
        self.steps: list[str] = []

    @precondition(lambda self: len(self.reading) < _MOST)
    @rule()
    def open(self) -> None:
        """Open another stream."""
        self.llm = self.ctx.new_instance() if self.llm is None else self.llm
        number = len(self.streams)
        tokens, alone = self.tokens_of(number), self.alone.of(number)
        self.streams.append(OpenStream(self.ctx, self.style, tokens, self.llm, alone))
        self._judge(f"open stream {len(self.streams)}", self.streams[-1].open)

    @precondition(lambda self: self.reading)
    @rule(which=st.integers(0, _MOST - 1), chunks=st.integers(1, 9))
    def pull(self, which: int, chunks: int) -> None:
        """Read some chunks of one of them."""
        number = self._number(which)
        for _ in range(chunks):
            if not self.streams[number].ended:
                self._judge(f"pull stream {number + 1}", self.streams[number].pull)

    @precondition(lambda self: self.reading)
    @rule(which=st.integers(0, _MOST - 1))
    def close(self, which: int) -> None:
        """Close one of them."""
        number = self._number(which)
        self._judge(f"close stream {number + 1}", self.streams[number].close)

    @precondition(lambda self: self.reading and self.style.asynchronous)
    @rule(which=st.integers(0, _MOST - 1))
    def cancel(self, which: int) -> None:
        """Cancel one of them."""
        number = self._number(which)
        self._judge(f"cancel stream {number + 1}", self.streams[number].cancel)

    @precondition(lambda self: self.llm is not None)
    @rule()
    def invoke(self) -> None:
        """Make another call in between."""
        self._judge("invoke", lambda: _invoked(self.ctx, self.llm, self.alone))

    def teardown(self) -> None:
        """Read every open stream to its end."""
        for number in self.reading:
            reading = self.streams[number]
            while not reading.ended and not self.search.over:
                self._judge(f"pull stream {number + 1}", reading.pull)
            reading.call.finish()

    @property
    def reading(self) -> list[int]:
        """The numbers of the open streams."""
        return [number for number, one in enumerate(self.streams) if not one.ended]

    def _number(self, which: int) -> int:
        return self.reading[which % len(self.reading)]

    def _judge(self, step: str, act: Callable[[], ControlledOutcome | None]) -> None:
        if self.search.over:
            return
        self.steps.append(step)
        if self.search.breaks(act(), self.steps):
            raise RuleBroken


def replay_known_orders(new_machine: Callable[[], StreamMachine]) -> None:
    """Go through orders that have broken some model."""
    for order in ORDERS:
        streams = new_machine()
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


def machine_for(
    ctx: Context, style: CallStyle, search: CounterexampleSearch, tokens_of: Tokens
) -> Callable[[], StreamMachine]:
    """Return a factory of machines for one subject."""
    alone = AloneAnswers(ctx, style, tokens_of)

    def new_machine() -> StreamMachine:
        return StreamMachine(ctx, style, search, tokens_of, alone)

    return new_machine


def _invoked(ctx: Context, llm: Any, alone: AloneAnswers) -> ControlledOutcome | None:
    answer = ctx.controller.plan(IN_BETWEEN)
    reply = ctx.reply(lambda llm: llm.invoke(answer.prompt), on=llm)
    ctx.controller.discard(answer)
    if not reply.failed and reply.text in ("".join(IN_BETWEEN), alone.invoked):
        return None
    chunks = () if reply.value is None else (reply.value,)
    return ControlledOutcome(raised=reply.raised, hung=reply.hung, tokens=(alone.invoked,), chunks=chunks)
