"""One call of a controlled model: what the model says, what the consumer receives, and what the model does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from llm_conformance.control.controller import Controller, PlannedAnswer
from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.deadline import Progress
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.endless import sample
from llm_conformance.observe.call_styles import CallStyle
from llm_conformance.observe.client_timeout import ENOUGH, is_timeout
from llm_conformance.observe.consumer import Consumer
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.leftovers import Leftovers
from llm_conformance.observe.looks import Looks, yield_to_loop
from llm_conformance.observe.sync_iterator import run_to_end
from llm_conformance.records import ControlledOutcome, GenerationRecord, Hung, Milestone, Raised, Value

# Long enough that some of it arrives, even if a model reads one chunk ahead, or merges tokens into words or lines.
LONG_ANSWER = tuple(f"\n{place}" if place % 8 == 0 else f" {place}" for place in range(64))
MIDDLE = len(LONG_ANSWER) // 2

SENDS_EAGERLY = "only a scripted model shows it: a provider sends before the client reads"

# An act is a coroutine in every call style. Of a synchronous one no await waits: it runs in the thread of the call.
Act = Callable[[], Coroutine[Any, Any, None]]

# Threads that did not run between so many looks wait for something. A thread that waits for the interpreter's lock asks
# for it every 5 ms, and runs for that.
_STILL, _MOST_LOOKS = 8, 200
# Seconds. A consumer that works with each chunk, as one that stores it does, easily needs as long.
_SHORT_TIMEOUT = 0.25


class ControlledCall(Consumer):
    """One call of a planned answer; the plan is discarded when the call is finished.

    answer: what is planned. fails: the token at which the model fails instead. prompt: the prompt, if it is not that of
    the answer alone. milestones: written by the act, at the named moments.
    """

    def __init__(
        self,
        controller: Controller,
        driver: Driver,
        style: CallStyle,
        answer: PlannedAnswer,
        *,
        fails: int | None = None,
        prompt: str | None = None,
    ) -> None:
        super().__init__(driver, style, answer.prompt if prompt is None else prompt)
        self.answer = answer
        self.milestones: dict[Milestone, int] = {}
        self._milestones_at_timeout: dict[Milestone, int] | None = None
        self._controller = controller
        self._tokens = answer.tokens[:fails]
        self._looks = Looks(style)
        self._leftovers = Leftovers(driver)
        self._left: tuple[str, ...] = ()
        self._generations: tuple[GenerationRecord, ...] = ()
        self._inconclusive: dict[bool, str] = {}
        self._paused = False
        self._chunks_at_timeout: tuple[Value, ...] | None = None

    async def wait_until_stopped(self, *, by_itself: bool = False) -> None:
        """After the consumer has left: wait until the model has noticed, and until nothing is left of the call.

        by_itself: whether it matters that the model stops before the garbage collector runs.

        What never happens meets the deadline of the call; the milestones show how far it came. What has outlasted the
        deadline of another call is left by this one, too, if it does not end soon.
        """
        self.milestones[Milestone.CONSUMER_LEFT] = len(self._chunks)
        await self.yield_to_loop()
        for _ in self._until(self._stopped, by_itself=by_itself):
            await self._looks.look()
        self.milestones[Milestone.MODEL_STOPPED] = 1
        for _ in self._until(self._nothing_left, by_itself=by_itself):
            if self._looks.long and self._driver.lasting.issuperset(self._left):
                return
            await self._looks.look()
        self.milestones[Milestone.NOTHING_LEFT] = 1

    async def yield_to_loop(self) -> None:
        """Let the loop run everything that is due, where the call is on one."""
        if self.style.asynchronous:
            await yield_to_loop()

    async def look(self) -> None:
        """Wait for a moment, in which the model may go on."""
        await self._looks.look()

    async def wait_until_idle(self) -> None:
        """Wait for what is on its way, if anything is: the model is then silent, as it is at a gate."""
        if self.style.asynchronous and self._controller.sends_eagerly:
            # Between two packets a loop may have nothing to do, either.
            for gate in tuple(self.answer.gates.values())[:1]:
                for _ in iter(gate.reached.is_set, True):
                    await self._looks.look()
            await self._wait_for_idle_loop()

    async def wait_until_still(self) -> bool:
        """Wait until the model does nothing more by itself: its threads do not run, and the loop only waits.

        Returns whether that came. A thread that polls never rests.
        """
        still = 0
        for _ in range(_MOST_LOOKS):
            await self._wait_for_idle_loop()
            before = self._leftovers.activity()
            if before == ():
                return True
            await self._looks.look()
            still = still + 1 if before is not None and self._leftovers.activity() == before else 0
            if still >= _STILL:
                return True
        return False

    async def wait_for_short_timeouts(self) -> None:
        """Let what the model waits for in vain time out: after a moment, a reader may give up a chunk.

        A model that reads ahead seems still while a thread or a task of it waits for a place. The timeout of a thread
        cannot be seen. A model without threads and timers is not waited for.
        """
        left = _SHORT_TIMEOUT
        end = perf_counter() + left
        while left > 0 and not self.timed_out and self._may_time_out(left):
            await self._looks.look()
            left = end - perf_counter()
        if left < _SHORT_TIMEOUT:
            await self.wait_until_still()

    def _may_time_out(self, within: float) -> bool:
        if self.style.asynchronous and self._driver.loop.loop.last_timer(within) > 0:
            return True
        return bool(self._leftovers.threads())

    async def _wait_for_idle_loop(self) -> None:
        if self.style.asynchronous:
            idle = asyncio.Event()
            self.call_when_idle(idle.set)
            await idle.wait()

    async def leap(self, seconds: float) -> None:
        """Put the clock of the loop forward, and let it run every timer that is due by then."""
        self._driver.loop.loop.leap(seconds)
        await self.yield_to_loop()

    def call_when_idle(self, call: Callable[[], object]) -> None:
        """Call this when the loop has nothing to do but wait."""
        self._driver.loop.loop.call_when_idle(call)

    def run(self, act: Act, *, beside: Sequence[ControlledCall] = (), times: int = 1) -> CallResult:
        """Run the act with a deadline, in a thread or on the loop, and open every gate after it.

        beside: the other calls that the act makes. times: how often it makes them.
        """
        try:
            return self.run_step(act, beside=beside, times=times)
        finally:
            self.finish()

    def run_step(self, act: Act, *, beside: Sequence[ControlledCall] = (), times: int = 1) -> CallResult:
        """Run one act of several: the plan stands."""
        calls = (self, *beside)
        # A model may yield the characters of a token one by one.
        expected = times * sum(len(call.answer.tokens) + len("".join(call.answer.tokens)) for call in calls)
        progress = Progress(lambda: sum(call.progress for call in calls), expected)

        def on_timeout() -> None:
            self.give_up(beside=beside)

        if not self.style.asynchronous:
            return self._driver.call(lambda: run_to_end(act()), progress=progress, on_timeout=on_timeout)

        async def perform() -> None:
            self._leftovers.begin_on_loop()
            await act()

        return self._driver.acall(perform, progress=progress, on_timeout=on_timeout)

    @property
    def progress(self) -> int:
        """A number that grows with all that comes: items, milestones, generations and their tokens."""
        generations = self.answer.generations
        sent = sum(one.sent for one in generations)
        return self._items + len(self.milestones) + len(generations) + sent

    def give_up(self, *, beside: Sequence[ControlledCall] = ()) -> None:
        """Keep what the model has done until now, and release what the calls wait for."""
        calls = (self, *beside)
        for call in calls:
            call.freeze()
        self._controller.release()
        for call in calls:
            call.release()

    def freeze(self) -> None:
        """Keep what the model has done until now: what happens after the timeout is not the call's doing."""
        if not self.timed_out:
            self._milestones_at_timeout = dict(self.milestones)
            self.timed_out = True
            self._chunks_at_timeout = tuple(self._chunks)
            self._keep_generations()
            if Milestone.MODEL_STOPPED in self.milestones:
                self._driver.lasting.update(self._left)

    def release(self) -> None:
        """Close the streams that the act has opened, and with them a lock that one holds while another waits for it."""
        self._held.close()

    def finish(self) -> None:
        """Open every gate, and discard the plan."""
        if not self.timed_out:
            self._keep_generations()
        self._controller.discard(self.answer)

    def _keep_generations(self) -> None:
        self._paused = any(gate.reached.is_set() and not gate.opened for gate in self.answer.gates.values())
        self._generations = tuple(
            GenerationRecord(sent=one.sent, total=one.total, outcome=one.outcome) for one in self.answer.generations
        )
        self._inconclusive = {hung: self.answer.inconclusive(hung=hung) for hung in (True, False)}

    def outcome(
        self, act: CallResult, *, because: Raised | None = None, idle: bool = False, **facts: Any
    ) -> ControlledOutcome:
        """The record of the call.

        because: an exception that did not end the act. idle: the model is not to be called at all.
        Inconclusive if a model that was called shows nothing.
        """
        hung = act.hung is not None
        chunks = tuple(self._chunks) if self._chunks_at_timeout is None else self._chunks_at_timeout
        started = bool(chunks) or hung or act.raised is not None
        if not idle and started and (reason := self._inconclusive.get(hung)):
            raise Inconclusive(reason)
        if self._paused and is_timeout(act.raised) and act.could_run < ENOUGH:
            raise Inconclusive("a timeout of the client ended the call while the harness had paused the answer")
        hang = act.hung and self._described(act.hung, len(chunks))
        if self._left:
            self._driver.dropped.errors.clear()
        return ControlledOutcome(
            raised=act.raised or because,
            hung=hang,
            seconds=act.seconds,
            warnings=act.warnings,
            tokens=self._tokens,
            chunks=tuple(sample([*chunks], endless=hang is not None and hang.endless)),
            milestones=dict(self.milestones if self._milestones_at_timeout is None else self._milestones_at_timeout),
            generations=self._generations,
            after_end=self._after_end,
            leftovers=self._left,
            **facts,
        )

    def _described(self, hung: Hung, chunks: int) -> Hung:
        """The hang with what the consumer got by then: a model that only generates on and on does not yield."""
        return replace(hung, chunks=chunks, endless=hung.endless and chunks > 0, paused=self._paused)

    def _until(self, condition: Callable[[], bool], *, by_itself: bool) -> Iterator[None]:
        yield from self._looks.until(
            condition,
            over=lambda: self.timed_out,
            # Objects in a cycle are finalised by the garbage collector alone; a thread ends when its work does.
            by_gc=lambda: Milestone.MODEL_STOPPED not in self.milestones and not self._leftovers.threads(),
            by_itself=by_itself,
        )
        if self._looks.ended_by_gc and not self.timed_out:
            self.milestones[Milestone.STOPPED_BY_GC] = 1

    def _stopped(self) -> bool:
        self.answer.unblock(threads=bool(self._leftovers.threads()))
        return all(one.outcome for one in self.answer.generations)

    def _nothing_left(self) -> bool:
        self._left = self._leftovers.names(on_loop=self.style.asynchronous)
        return not self._left
