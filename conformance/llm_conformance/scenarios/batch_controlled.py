"""Batches of a model that is held in hand: one of its answers fails, or all are held to be counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from llm_conformance.control.controller import PlannedAnswer
from llm_conformance.observe.call_styles import ASTREAM, STREAM
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.records import Batch, ControlledOutcome, Milestone
from llm_conformance.scenarios.errors import FAILS_OTHERWISE
from llm_conformance.scenarios.registry import scenario

MANY, CAP = 6, 2

_WORDS = (" one", " of", " many")


@scenario(
    reported_by="batch.raises",
    method="batch",
    model_calls=3,
    requires=("batch.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
    may_raise=True,
)
def failing_batch(ctx: Context) -> Batch:
    """Three prompts; the model fails in the middle of its answer to the second."""
    return ctx.batch(lambda llm: llm.batch(_prompts(ctx)), calls=3, on=ctx.new_instance())


@scenario(
    reported_by="batch.raises",
    method="abatch",
    model_calls=3,
    requires=("abatch.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
    may_raise=True,
)
def failing_abatch(ctx: Context) -> Batch:
    """The same on a loop."""
    return ctx.abatch(lambda llm: llm.abatch(_prompts(ctx)), calls=3, on=ctx.new_instance())


@scenario(
    reported_by="batch.return-exceptions",
    method="batch",
    model_calls=3,
    requires=("batch.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def kept_batch(ctx: Context) -> Batch:
    """The same, with exceptions returned."""
    return ctx.batch(lambda llm: llm.batch(_prompts(ctx), return_exceptions=True), calls=3, on=ctx.new_instance())


@scenario(
    reported_by="batch.return-exceptions",
    method="abatch",
    model_calls=3,
    requires=("abatch.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def kept_abatch(ctx: Context) -> Batch:
    """The same on a loop, with exceptions returned."""
    return ctx.abatch(lambda llm: llm.abatch(_prompts(ctx), return_exceptions=True), calls=3, on=ctx.new_instance())


@scenario(
    reported_by="batch.concurrency-limit",
    method="batch",
    model_calls=MANY * (MANY + 1),
    requires=("batch.max-concurrency",),
    held=True,
)
def peak_of_batch(ctx: Context) -> ControlledOutcome:
    """Six prompts, at most two at a time; each answer is held for as long as another instance takes for six."""
    llm, watched = ctx.new_instance(), _Watched(ctx, ctx.controlled_call(STREAM, _WORDS))

    def act() -> None:
        with watched:
            llm.batch(watched.prompts, {"max_concurrency": CAP})

    return watched.outcome(act)


@scenario(
    reported_by="batch.concurrency-limit",
    method="abatch",
    model_calls=MANY * (MANY + 1),
    requires=("batch.max-concurrency", "loop.not-blocked"),
    held=True,
)
def peak_of_abatch(ctx: Context) -> ControlledOutcome:
    """The same on a loop."""
    llm, watched = ctx.new_instance(), _Watched(ctx, ctx.controlled_call(ASTREAM, _WORDS))

    async def act() -> None:
        with watched:
            await llm.abatch(watched.prompts, {"max_concurrency": CAP})

    return watched.outcome(act)


def _prompts(ctx: Context) -> list[str]:
    failing: PlannedAnswer = ctx.controller.plan(_WORDS, fails=1)
    return [ctx.prompts[0], failing.prompt, ctx.prompts[1]]


class _Watched:
    """A batch whose answers are held, counted, and let go one by one by a thread beside it."""

    def __init__(self, ctx: Context, aside: ControlledCall) -> None:
        self._stage = ctx
        self._aside = aside
        self._other = ctx.new_instance()
        self._cues: Sequence[PlannedAnswer] = [ctx.controller.plan(_WORDS, gates=(0,)) for _ in range(MANY)]
        self._over = threading.Event()
        self._woken = threading.Event()
        for cue in self._cues:
            cue.gates[0].on_wait(self._woken.set)
        self.prompts = [cue.prompt for cue in self._cues]

    def __enter__(self) -> None:
        threading.Thread(target=self._watch, name="llm-conformance-call", daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._end()

    def outcome(self, act: Callable[[], Any]) -> ControlledOutcome:
        """The batch, and the most answers that the model was at work on."""
        done = self._aside.run(act, calls=MANY * (MANY + 1))
        self._end()
        for cue in self._cues:
            self._stage.controller.discard(cue)
        return self._aside.outcome(done)

    def _end(self) -> None:
        self._over.set()
        self._woken.set()

    def _watch(self) -> None:
        let_go: set[PlannedAnswer] = set()
        while not self._over.is_set():
            self._woken.wait()
            self._woken.clear()
            while self._held(let_go) and not self._over.is_set():
                # Whoever comes too many has the time of a whole batch to do so.
                self._other.batch([self._aside.answer.prompt] * MANY)
                held = self._held(let_go)
                self._aside.milestones[Milestone.PEAK_CONCURRENCY] = max(
                    self._aside.milestones.get(Milestone.PEAK_CONCURRENCY, 0), len(held)
                )
                let_go.add(held[0])
                held[0].open_gates()

    def _held(self, let_go: set[PlannedAnswer]) -> list[PlannedAnswer]:
        return [cue for cue in self._cues if cue not in let_go and cue.gates[0].reached.is_set()]
