"""A task that reads a model, or awaits it, and is cancelled: while the model is silent, or between two chunks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS_V2, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, Act, ControlledCall
from llm_conformance.observe.controlled_call import MIDDLE as MIDDLE_TOKEN
from llm_conformance.observe.inconclusive import gate_position
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Milestone, Stream
from llm_conformance.scenarios.close import MIDDLE, beside
from llm_conformance.scenarios.registry import SCRIPT, scenario

_JUDGED_BY_GATES = "cancel.astream and cancel.events judge it: they pause the provider"


@scenario(
    styles=(ASTREAM,),
    reported_by="cancel.astream",
    model_calls=6,
    requires=(completes, "loop.not-blocked"),
    control=SCRIPT,
    hookable=True,
)
@scenario(
    styles=(EVENTS_V2,),
    reported_by="cancel.events",
    model_calls=4,
    requires=(completes, "loop.not-blocked"),
    control=SCRIPT,
    hookable=True,
)
def cancel(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """The task that reads a stream is cancelled while the model is silent, between two chunks, and within a hook."""
    tokens = ctx.expected_chunks(plain)
    places = {"before the first token": 0, MIDDLE: gate_position(tokens), "before the last token": len(tokens) - 1}
    by: dict[str, ControlledOutcome] = {}
    ctx.finalise_earlier_instances()
    for name, place in places.items():
        llm, call = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(place,))
        by[name] = replace(_cancelled(call, partial(_read, call, llm)), streamed=plain.streamed)
        if by[name].hung is not None:
            return ControlledOutcomes(by_label=by)
    if plain.streamed and not ctx.controller.sends_eagerly:
        # What its constructor starts is not of the call.
        llm, call = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(gate_position(tokens),))
        by["between two chunks"] = _cancelled_between_chunks(llm, call)
    if ctx.controller.free_text and style is ASTREAM and by["between two chunks"].hung is None:
        by |= _cancelled_in_own_waits(ctx, style, tokens)
    return ControlledOutcomes(by_label=by)


@scenario(
    styles=(AINVOKE,),
    name="cancel",
    reported_by="cancel.ainvoke",
    requires=(completes, "loop.not-blocked"),
    control=SCRIPT,
)
def cancel_ainvoke(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """The task that awaits ainvoke() is cancelled while the model is silent."""
    ctx.finalise_earlier_instances()
    llm, call = ctx.new_instance(), ctx.controlled_call(style, gates=(MIDDLE_TOKEN,))

    async def consume() -> None:
        call.record(await llm.ainvoke(call.answer.prompt))

    return ControlledOutcomes(by_label={MIDDLE: _cancelled(call, consume)})


@scenario(
    method="astream",
    reported_by="cancel.usable",
    model_calls=2,
    requires=("cancel.astream",),
    control=SCRIPT,
    hookable=True,
)
def after_cancel(ctx: Context, astream: Stream) -> Stream:
    """The first prompt, streamed by an instance of which another stream was cancelled."""
    tokens = ctx.expected_chunks(astream)
    llm, call = ctx.new_instance(), ctx.controlled_call(ASTREAM, tokens, gates=(gate_position(tokens),))
    _cancelled(call, partial(_read, call, llm))
    return ctx.stream(lambda llm: llm.astream(ctx.prompt), on_loop=True, on=llm)


@scenario(styles=(ASTREAM,), reported_by="cancel.isolated", model_calls=2, requires=("cancel.astream",), control=SCRIPT)
def cancel_other(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """One of two streams of an instance is cancelled while the model is silent; the other is read to its end."""
    llm, call = ctx.new_instance(), ctx.controlled_call(style)
    other = ctx.controlled_call(style, LONG_ANSWER[::-1], gates=(MIDDLE_TOKEN,))

    async def act() -> None:
        items = call.items(llm)
        call.record(await anext(items))
        task = asyncio.create_task(_read(other, llm))
        other.answer.gates[MIDDLE_TOKEN].on_wait(partial(call.call_when_idle, task.cancel))
        await asyncio.wait({task})
        await call.read_all(items)

    return beside(call, other, act)


@scenario(styles=(ASTREAM, EVENTS_V2), reported_by="cancel.ends", requires=(completes,), not_on_wire=_JUDGED_BY_GATES)
def cancel_plain(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """The task that streams the first prompt is cancelled between two chunks, if the model leaves it time for that."""
    return replace(_cancelled_between_chunks(ctx.new_instance(), ctx.plain_call(style)), streamed=plain.streamed)


async def _read(call: ControlledCall, llm: Any) -> None:
    await call.read_all(call.items(llm))


def _cancelled_between_chunks(llm: Any, call: ControlledCall) -> ControlledOutcome:
    async def consume() -> None:
        task = asyncio.current_task()
        async for item in call.start(llm):
            if call.record(item) and task is not None and Milestone.CANCEL_REQUESTED not in call.milestones:
                # It comes when the task has re-entered the model, and waits there.
                asyncio.get_running_loop().call_soon(_cancel, call, task)

    return _cancelled(call, consume)


def _cancelled_in_own_waits(ctx: Context, style: CallStyle, tokens: Sequence[str]) -> dict[str, ControlledOutcome]:
    """A hook, cancelled where it waits by itself: at a gate the harness waits, and the hook is only closed."""
    by: dict[str, ControlledOutcome] = {}
    for least in (0, 1):
        waits: list[int] = []
        outcome = _cancelled_in_own_wait(ctx.new_instance(), ctx.controlled_call(style, tokens), least, waits)
        if waits:
            by[f"in its own wait {'between two chunks' if waits[0] else 'before the first chunk'}"] = outcome
        if waits != [0] or outcome.hung is not None:
            break
    return by


def _cancelled_in_own_wait(llm: Any, call: ControlledCall, least: int, waits: list[int]) -> ControlledOutcome:
    async def consume() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def cancel(sent: int) -> None:
            if sent >= least and not waits and task is not None:
                waits.append(sent)
                loop.call_soon_threadsafe(task.cancel)

        call.answer.on_own_wait(cancel)
        await _read(call, llm)

    return _cancelled(call, consume)


def _cancel(call: ControlledCall, task: asyncio.Task[Any]) -> None:
    if call.answer.gates and any(one.outcome == "finished" for one in call.answer.generations):
        # A shorter answer than the earlier one: it ended before the gate.
        return
    call.milestones[Milestone.CANCEL_REQUESTED] = int(task.cancel())


def _cancelled(call: ControlledCall, consume: Act) -> ControlledOutcome:
    async def act() -> None:
        call.milestones[Milestone.CONSUMER_LEAVING] = 1
        if await _ends_cancelled(call, consume):
            await call.wait_until_stopped()
        else:
            call.milestones[Milestone.CANCELLATION_SWALLOWED] = 1

    done = call.run(act)
    # A model that was cancelled before the gate does not get there.
    return call.outcome(done, idle=Milestone.CANCEL_REQUESTED in call.milestones)


async def _ends_cancelled(call: ControlledCall, consume: Act) -> bool:
    """Whether the task ended cancelled. A reference to it would keep the frames of the model, so none is returned."""
    task = asyncio.create_task(consume())
    # What was sent ahead of the gate is read by then, so that the task waits for the model.
    cancel_when_idle = partial(call.call_when_idle, task.cancel)
    for gate in call.answer.gates.values():
        gate.on_wait(cancel_when_idle)
    await asyncio.wait({task})
    for gate in call.answer.gates.values():
        gate.clear_callbacks()
    call.answer.on_own_wait(None)
    if not task.cancelled():
        task.result()
    return task.cancelled()
