"""A consumer that leaves a stream of version v3: by closing it, by dropping it, by the cancellation of its task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from llm_conformance.driver.garbage import collect_garbage
from llm_conformance.observe.call_styles import ASTREAM_EVENTS_V3, EVENTS_V3, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, ControlledCall
from llm_conformance.observe.inconclusive import gate_position
from llm_conformance.observe.v3_reader import TEXT, reading
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Milestone, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario

_NOT_STREAMED = ControlledOutcomes(by_label={})
_GATES_OPEN = "only a scripted model shows it: a provider sends the rest of an answer when it goes on"

# A model may look only now and then whether it still has a reader: it has so many looks of 2 ms for that.
_LOOKS = 100

_Leave = Callable[[ControlledCall, Any], Awaitable[None]]


@scenario(
    styles=EVENTS_V3,
    reported_by="events-v3.close",
    model_calls=3,
    requires=("events-v3.live",),
    control=SCRIPT,
)
def v3_closed(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """The events, closed in the middle; the deltas of the text, too; on a loop, left at the end of `async with`."""
    styles = {"the events, closed": reading(style), "the text, closed": reading(style, TEXT)}
    if style.asynchronous:
        styles["left by `async with`"] = reading(style, within=True)
    return _left(ctx, styles, plain, _close)


@scenario(
    styles=EVENTS_V3,
    reported_by="events-v3.drop",
    model_calls=2,
    requires=("events-v3.live",),
    control=SCRIPT,
    not_on_wire=_GATES_OPEN,
)
def v3_dropped(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """The events, left in the middle, and the deltas of the text; no reference to the stream is kept."""
    styles = {"the events, dropped": reading(style), "the text, dropped": reading(style, TEXT)}
    return _left(ctx, styles, plain, _drop)


@scenario(
    styles=(ASTREAM_EVENTS_V3,),
    reported_by="events-v3.cancel",
    model_calls=2,
    requires=("events-v3.live", "loop.not-blocked"),
    control=SCRIPT,
    not_on_wire=_GATES_OPEN,
)
def v3_cancelled(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """The task that reads the events, and one that awaits the message, are cancelled while the model is silent."""
    styles = {"the events": reading(style), ".output": reading(style, "output")}
    by: dict[str, ControlledOutcome] = {}
    for name, one in styles.items() if plain.streamed else ():
        call = _paused(ctx, one, plain)
        by[name] = _cancelled(call, ctx.new_instance())
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


def _left(ctx: Context, styles: dict[str, CallStyle], plain: Stream, leave: _Leave) -> ControlledOutcomes:
    if not plain.streamed:
        return _NOT_STREAMED
    by: dict[str, ControlledOutcome] = {}
    for name, style in styles.items():
        call = _paused(ctx, style, plain)
        by[name] = _left_in_the_middle(ctx, call, leave)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


def _left_in_the_middle(ctx: Context, call: ControlledCall, leave: _Leave) -> ControlledOutcome:
    llm = ctx.new_instance()

    async def act() -> None:
        items = [call.items(llm)]
        await call.read_to_text(items[0])
        await call.wait_until_idle()
        call.milestones[Milestone.CONSUMER_LEAVING] = 1
        await leave(call, items.pop())
        if ctx.controller.sends_eagerly:
            await call.wait_until_stopped()
        else:
            await _see_whether_it_runs_on(call)

    return call.outcome(call.run(act))


async def _close(call: ControlledCall, items: Any) -> None:
    await call.close(items)


async def _drop(_: ControlledCall, items: Any) -> None:
    del items


def _cancelled(call: ControlledCall, llm: Any) -> ControlledOutcome:
    async def act() -> None:
        call.milestones[Milestone.CONSUMER_LEAVING] = 1
        if await _ends_cancelled(call, llm):
            await _see_whether_it_runs_on(call)
        else:
            call.milestones[Milestone.CANCELLATION_SWALLOWED] = 1

    return call.outcome(call.run(act))


async def _ends_cancelled(call: ControlledCall, llm: Any) -> bool:
    """Whether the task ended cancelled; no reference to it is kept."""
    task = asyncio.create_task(_read(call, llm))
    for gate in call.answer.gates.values():
        gate.on_wait(partial(call.call_when_idle, task.cancel))
    await asyncio.wait({task})
    for gate in call.answer.gates.values():
        gate.clear_callbacks()
    if not task.cancelled():
        task.result()
    return task.cancelled()


async def _read(call: ControlledCall, llm: Any) -> None:
    await call.read_all(call.items(llm))


async def _see_whether_it_runs_on(call: ControlledCall) -> None:
    """Resume a model without a reader, when nothing is left that would stop it: then it generates to its end.

    It is not left to the deadline of the call, as most chat models inherit that they run on.
    """
    # A stream may be in a cycle of references, which is as young as the call.
    collect_garbage(young=True)
    await call.wait_until_still()
    for _ in range(_LOOKS):
        if all(one.outcome for one in call.answer.generations):
            break
        await call.look()
    call.answer.open_gates()
    await call.wait_until_stopped()


def _paused(ctx: Context, style: CallStyle, plain: Stream) -> ControlledCall:
    tokens = ctx.expected_chunks(plain, LONG_ANSWER)
    return ctx.controlled_call(style, tokens, gates=(gate_position(tokens),))
