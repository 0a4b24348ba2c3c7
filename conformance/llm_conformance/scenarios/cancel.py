"""A task that reads a model, or waits for it, and is cancelled: while the model is silent, or between two chunks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V2, Way
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import LONG, MIDDLE, Rehearsal
from llm_conformance.observe.inconclusive import middle
from llm_conformance.records import Stream, Trial, Trials
from llm_conformance.scenarios.close import MIDST, beside
from llm_conformance.scenarios.registry import scenario

_NOT_HELD = "a provider is held, so that cancel.ends-task and cancel.ends-reader judge it"


@scenario(
    owner="cancel.ends-task",
    method="astream",
    calls=4,
    after=("astream.completes", "loop.free"),
    held=True,
    hooked=True,
)
def cancelled_astream(stage: Stage, astream: Stream) -> Trials:
    """The task that reads astream() is cancelled while the model is silent, and between two chunks."""
    return _cancelled(stage, ASTREAM, astream)


@scenario(owner="cancel.ends-call", method="ainvoke", after=("ainvoke.completes", "loop.free"), held=True)
def cancelled_ainvoke(stage: Stage) -> Trials:
    """The task that awaits ainvoke() is cancelled while the model is silent."""
    llm, this = stage.fresh(), stage.rehearsal(ASTREAM, gates=(MIDDLE,))

    async def consume() -> None:
        this.hear(await llm.ainvoke(this.cue.prompt))

    return Trials(by={MIDST: _cancel(this, consume)})


@scenario(
    owner="cancel.ends-reader",
    method="astream_events",
    calls=4,
    after=("events.completes", "loop.free"),
    held=True,
    hooked=True,
)
def cancelled_v2(stage: Stage, astream: Stream) -> Trials:
    """The task that reads astream_events() of version v2 is cancelled, the same."""
    return _cancelled(stage, EVENTS_V2, astream)


@scenario(owner="cancel.usable", method="astream", calls=2, after=("cancel.ends-task",), held=True, hooked=True)
def after_cancelling(stage: Stage, astream: Stream) -> Stream:
    """The first prompt, streamed by an instance of which another stream was cancelled."""
    tokens = stage.pieces(astream)
    llm, this = stage.fresh(), stage.rehearsal(ASTREAM, tokens, gates=(middle(tokens),))
    _cancel(this, lambda: this.alisten(this.ask(llm)))
    return stage.astream(lambda llm: llm.astream(stage.prompt), on=llm)


@scenario(owner="cancel.others-go-on", method="astream", calls=2, after=("cancel.ends-task",), held=True)
def beside_cancelled_astream(stage: Stage) -> Trial:
    """One of two streams of an instance is cancelled while the model is silent; the other is read to its end."""
    llm, this = stage.fresh(), stage.rehearsal(ASTREAM)
    other = stage.rehearsal(ASTREAM, LONG[::-1], gates=(MIDDLE,))

    async def act() -> None:
        mine = aiter(this.ask(llm))
        this.hear(await anext(mine))
        task = asyncio.create_task(_streamed(llm, other))
        other.cue.gates[MIDDLE].herald(partial(this.at_rest, task.cancel))
        await asyncio.wait({task})
        await this.alisten(mine)

    return beside(this, other, act)


@scenario(owner="cancel.ends", method="astream", after=("astream.completes",), unwired=_NOT_HELD)
def cut_astream(stage: Stage) -> Trial:
    """The task that streams the first prompt is cancelled between two chunks, if the model lets it be."""
    return _cut(stage, ASTREAM)


@scenario(owner="cancel.ends", method="astream_events", after=("events.completes",), unwired=_NOT_HELD)
def cut_v2(stage: Stage) -> Trial:
    """The same as events of version v2."""
    return _cut(stage, EVENTS_V2)


def _cancelled(stage: Stage, way: Way, unheld: Stream) -> Trials:
    tokens = stage.pieces(unheld)
    places = {"before the first token": 0, MIDST: middle(tokens), "before the last token": len(tokens) - 1}
    by: dict[str, Trial] = {}
    for name, place in places.items():
        by[name] = _cancelled_at(stage, way, tokens, place)
        if not unheld.many:
            by[name] = replace(by[name], given={"streams": "no"})
        if by[name].hung is not None:
            return Trials(by=by)
    if unheld.many and not stage.prompter.sends_ahead:
        by["between two chunks"] = _cancelled_between(stage, way, tokens)
    return Trials(by=by)


def _cancelled_at(stage: Stage, way: Way, tokens: Sequence[str], place: int) -> Trial:
    llm, this = stage.fresh(), stage.rehearsal(way, tokens, gates=(place,))
    return _cancel(this, lambda: this.alisten(this.ask(llm)))


def _cut(stage: Stage, way: Way) -> Trial:
    return _cancel_between(stage.fresh(), stage.watched(way))


def _cancelled_between(stage: Stage, way: Way, tokens: Sequence[str]) -> Trial:
    return _cancel_between(stage.fresh(), stage.rehearsal(way, tokens, gates=(middle(tokens),)))


def _cancel_between(llm: Any, this: Rehearsal) -> Trial:
    async def consume() -> None:
        task = asyncio.current_task()
        async for item in this.ask(llm):
            if this.hear(item) and task is not None and "asked" not in this.counts:
                # It comes when the task has re-entered the model, and waits there.
                asyncio.get_running_loop().call_soon(_cancel_task, this, task)

    return _cancel(this, consume)


def _cancel(this: Rehearsal, consume: Any) -> Trial:
    async def act() -> None:
        this.counts["leaving"] = 1
        if await _cancelled_task(this, consume):
            await this.agone()
        else:
            this.counts["swallowed"] = 1

    return this.trial(this.act(act))


def _cancel_task(this: Rehearsal, task: asyncio.Task[Any]) -> None:
    this.counts["asked"] = int(task.cancel())


async def _cancelled_task(this: Rehearsal, consume: Any) -> bool:
    """Whether it ended cancelled. A task that is kept keeps the frames of the model, so nobody keeps it."""
    task = asyncio.create_task(consume())
    # What was sent ahead of the gate is read by then, so that the task waits for the model.
    cancel = partial(this.at_rest, task.cancel)
    for gate in this.cue.gates.values():
        gate.herald(cancel)
    await asyncio.wait({task})
    for gate in this.cue.gates.values():
        gate.silence()
    if not task.cancelled():
        task.result()
    return task.cancelled()


async def _streamed(llm: Any, this: Rehearsal) -> None:
    await this.alisten(this.ask(llm))
