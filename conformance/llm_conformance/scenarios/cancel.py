"""A task that reads a model, or waits for it, and is cancelled: while the model is silent, or between two chunks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V2, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE, ControlledCall
from llm_conformance.observe.inconclusive import gate_position
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Milestone, Stream
from llm_conformance.scenarios.close import MIDST, beside
from llm_conformance.scenarios.registry import scenario

_NOT_HELD = "a provider is held, so that cancel.astream and cancel.events judge it"


@scenario(
    reported_by="cancel.astream",
    method="astream",
    model_calls=4,
    requires=("astream.completes", "loop.not-blocked"),
    held=True,
    hookable=True,
)
def cancelled_astream(ctx: Context, astream: Stream) -> ControlledOutcomes:
    """The task that reads astream() is cancelled while the model is silent, and between two chunks."""
    return _cancelled(ctx, ASTREAM, astream)


@scenario(reported_by="cancel.ainvoke", method="ainvoke", requires=("ainvoke.completes", "loop.not-blocked"), held=True)
def cancelled_ainvoke(ctx: Context) -> ControlledOutcomes:
    """The task that awaits ainvoke() is cancelled while the model is silent."""
    llm, this = ctx.new_instance(), ctx.controlled_call(ASTREAM, gates=(MIDDLE,))

    async def consume() -> None:
        this.record(await llm.ainvoke(this.answer.prompt))

    return ControlledOutcomes(by_label={MIDST: _cancel(this, consume)})


@scenario(
    reported_by="cancel.events",
    method="astream_events",
    model_calls=4,
    requires=("events.completes", "loop.not-blocked"),
    held=True,
    hookable=True,
)
def cancelled_v2(ctx: Context, astream: Stream) -> ControlledOutcomes:
    """The task that reads astream_events() of version v2 is cancelled, the same."""
    return _cancelled(ctx, EVENTS_V2, astream)


@scenario(
    reported_by="cancel.usable",
    method="astream",
    model_calls=2,
    requires=("cancel.astream",),
    held=True,
    hookable=True,
)
def after_cancelling(ctx: Context, astream: Stream) -> Stream:
    """The first prompt, streamed by an instance of which another stream was cancelled."""
    tokens = ctx.expected_chunks(astream)
    llm, this = ctx.new_instance(), ctx.controlled_call(ASTREAM, tokens, gates=(gate_position(tokens),))
    _cancel(this, lambda: this.aread_all(this.start(llm)))
    return ctx.astream(lambda llm: llm.astream(ctx.prompt), on=llm)


@scenario(reported_by="cancel.isolated", method="astream", model_calls=2, requires=("cancel.astream",), held=True)
def beside_cancelled_astream(ctx: Context) -> ControlledOutcome:
    """One of two streams of an instance is cancelled while the model is silent; the other is read to its end."""
    llm, this = ctx.new_instance(), ctx.controlled_call(ASTREAM)
    other = ctx.controlled_call(ASTREAM, LONG_ANSWER[::-1], gates=(MIDDLE,))

    async def act() -> None:
        mine = aiter(this.start(llm))
        this.record(await anext(mine))
        task = asyncio.create_task(_streamed(llm, other))
        other.answer.gates[MIDDLE].on_wait(partial(this.call_when_idle, task.cancel))
        await asyncio.wait({task})
        await this.aread_all(mine)

    return beside(this, other, act)


@scenario(reported_by="cancel.ends", method="astream", requires=("astream.completes",), not_on_wire=_NOT_HELD)
def cut_astream(ctx: Context) -> ControlledOutcome:
    """The task that streams the first prompt is cancelled between two chunks, if the model lets it be."""
    return _cut(ctx, ASTREAM)


@scenario(reported_by="cancel.ends", method="astream_events", requires=("events.completes",), not_on_wire=_NOT_HELD)
def cut_v2(ctx: Context) -> ControlledOutcome:
    """The same as events of version v2."""
    return _cut(ctx, EVENTS_V2)


def _cancelled(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    tokens = ctx.expected_chunks(plain)
    places = {"before the first token": 0, MIDST: gate_position(tokens), "before the last token": len(tokens) - 1}
    by: dict[str, ControlledOutcome] = {}
    for name, place in places.items():
        by[name] = _cancelled_at(ctx, style, tokens, place)
        if not plain.streamed:
            by[name] = replace(by[name], streamed=False)
        if by[name].hung is not None:
            return ControlledOutcomes(by_label=by)
    if plain.streamed and not ctx.controller.sends_eagerly:
        by["between two chunks"] = _cancelled_between(ctx, style, tokens)
    return ControlledOutcomes(by_label=by)


def _cancelled_at(ctx: Context, style: CallStyle, tokens: Sequence[str], place: int) -> ControlledOutcome:
    llm, this = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(place,))
    return _cancel(this, lambda: this.aread_all(this.start(llm)))


def _cut(ctx: Context, style: CallStyle) -> ControlledOutcome:
    return _cancel_between(ctx.new_instance(), ctx.plain_call(style))


def _cancelled_between(ctx: Context, style: CallStyle, tokens: Sequence[str]) -> ControlledOutcome:
    return _cancel_between(ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(gate_position(tokens),)))


def _cancel_between(llm: Any, this: ControlledCall) -> ControlledOutcome:
    async def consume() -> None:
        task = asyncio.current_task()
        async for item in this.start(llm):
            if this.record(item) and task is not None and Milestone.CANCEL_REQUESTED not in this.milestones:
                # It comes when the task has re-entered the model, and waits there.
                asyncio.get_running_loop().call_soon(_cancel_task, this, task)

    return _cancel(this, consume)


def _cancel(this: ControlledCall, consume: Any) -> ControlledOutcome:
    async def act() -> None:
        this.milestones[Milestone.CONSUMER_LEAVING] = 1
        if await _cancelled_task(this, consume):
            await this.await_until_stopped()
        else:
            this.milestones[Milestone.CANCELLATION_SWALLOWED] = 1

    return this.outcome(this.run(act))


def _cancel_task(this: ControlledCall, task: asyncio.Task[Any]) -> None:
    this.milestones[Milestone.CANCEL_REQUESTED] = int(task.cancel())


async def _cancelled_task(this: ControlledCall, consume: Any) -> bool:
    """Whether it ended cancelled. A task that is kept keeps the frames of the model, so nobody keeps it."""
    task = asyncio.create_task(consume())
    # What was sent ahead of the gate is read by then, so that the task waits for the model.
    cancel = partial(this.call_when_idle, task.cancel)
    for gate in this.answer.gates.values():
        gate.on_wait(cancel)
    await asyncio.wait({task})
    for gate in this.answer.gates.values():
        gate.clear_callbacks()
    if not task.cancelled():
        task.result()
    return task.cancelled()


async def _streamed(llm: Any, this: ControlledCall) -> None:
    await this.aread_all(this.start(llm))
