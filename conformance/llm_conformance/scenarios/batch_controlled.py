"""Batches of a model that is held in hand: one of its answers fails, or all are held to be counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from llm_conformance.control.controller import Cue
from llm_conformance.observe.call_styles import ASTREAM, STREAM
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import Rehearsal
from llm_conformance.records import Batch, Trial
from llm_conformance.scenarios.errors import FAILS_OTHERWISE
from llm_conformance.scenarios.registry import scenario

MANY, CAP = 6, 2

_WORDS = (" one", " of", " many")


@scenario(
    owner="batch.raises",
    method="batch",
    calls=3,
    after=("batch.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
    raises=True,
)
def failing_batch(stage: Stage) -> Batch:
    """Three prompts; the model fails in the middle of its answer to the second."""
    return stage.batch(lambda llm: llm.batch(_prompts(stage)), calls=3, on=stage.fresh())


@scenario(
    owner="batch.raises",
    method="abatch",
    calls=3,
    after=("abatch.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
    raises=True,
)
def failing_abatch(stage: Stage) -> Batch:
    """The same on a loop."""
    return stage.abatch(lambda llm: llm.abatch(_prompts(stage)), calls=3, on=stage.fresh())


@scenario(
    owner="batch.return-exceptions",
    method="batch",
    calls=3,
    after=("batch.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
)
def kept_batch(stage: Stage) -> Batch:
    """The same, with exceptions returned."""
    return stage.batch(lambda llm: llm.batch(_prompts(stage), return_exceptions=True), calls=3, on=stage.fresh())


@scenario(
    owner="batch.return-exceptions",
    method="abatch",
    calls=3,
    after=("abatch.completes",),
    held=True,
    unwired=FAILS_OTHERWISE,
)
def kept_abatch(stage: Stage) -> Batch:
    """The same on a loop, with exceptions returned."""
    return stage.abatch(lambda llm: llm.abatch(_prompts(stage), return_exceptions=True), calls=3, on=stage.fresh())


@scenario(owner="batch.peak", method="batch", calls=MANY * (MANY + 1), after=("batch.max-concurrency",), held=True)
def peak_of_batch(stage: Stage) -> Trial:
    """Six prompts, at most two at a time; each answer is held for as long as another instance takes for six."""
    llm, watched = stage.fresh(), _Watched(stage, stage.rehearsal(STREAM, _WORDS))

    def act() -> None:
        with watched:
            llm.batch(watched.prompts, {"max_concurrency": CAP})

    return watched.trial(act)


@scenario(
    owner="batch.peak",
    method="abatch",
    calls=MANY * (MANY + 1),
    after=("batch.max-concurrency", "loop.free"),
    held=True,
)
def peak_of_abatch(stage: Stage) -> Trial:
    """The same on a loop."""
    llm, watched = stage.fresh(), _Watched(stage, stage.rehearsal(ASTREAM, _WORDS))

    async def act() -> None:
        with watched:
            await llm.abatch(watched.prompts, {"max_concurrency": CAP})

    return watched.trial(act)


def _prompts(stage: Stage) -> list[str]:
    failing: Cue = stage.prompter.announce(_WORDS, fails=1)
    return [stage.prompts[0], failing.prompt, stage.prompts[1]]


class _Watched:
    """A batch whose answers are held, counted, and let go one by one by a thread beside it."""

    def __init__(self, stage: Stage, aside: Rehearsal) -> None:
        self._stage = stage
        self._aside = aside
        self._other = stage.fresh()
        self._cues: Sequence[Cue] = [stage.prompter.announce(_WORDS, gates=(0,)) for _ in range(MANY)]
        self._over = threading.Event()
        self._woken = threading.Event()
        for cue in self._cues:
            cue.gates[0].herald(self._woken.set)
        self.prompts = [cue.prompt for cue in self._cues]

    def __enter__(self) -> None:
        threading.Thread(target=self._watch, name="llm-conformance-call", daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._end()

    def trial(self, act: Callable[[], Any]) -> Trial:
        """The batch, and the most answers that the model was at work on."""
        done = self._aside.act(act, calls=MANY * (MANY + 1))
        self._end()
        for cue in self._cues:
            self._stage.prompter.forget(cue)
        return self._aside.trial(done)

    def _end(self) -> None:
        self._over.set()
        self._woken.set()

    def _watch(self) -> None:
        let_go: set[Cue] = set()
        while not self._over.is_set():
            self._woken.wait()
            self._woken.clear()
            while self._held(let_go) and not self._over.is_set():
                # Whoever comes too many has the time of a whole batch to do so.
                self._other.batch([self._aside.cue.prompt] * MANY)
                held = self._held(let_go)
                self._aside.counts["peak"] = max(self._aside.counts.get("peak", 0), len(held))
                let_go.add(held[0])
                held[0].release()

    def _held(self, let_go: set[Cue]) -> list[Cue]:
        return [cue for cue in self._cues if cue not in let_go and cue.gates[0].reached.is_set()]
