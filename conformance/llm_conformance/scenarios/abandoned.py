"""Many streams of one instance that are left early, one after the other, and a whole call after them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from llm_conformance.driver.garbage import collect_garbage
from llm_conformance.observe.call_styles import ASTREAM, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.records import ControlledOutcome, ControlledOutcomes
from llm_conformance.scenarios.registry import SCRIPT, scenario

# More than a model, or its client, serves at the same time.
MANY = 256
# The token before which a model is silent while its task is cancelled.
_SILENT = 1
# A request costs more than a call of a script, and the pools of most clients have 100 connections.
_MANY_ON_THE_WIRE = 112
# What is left to the garbage collector is released by it in time: close.without-gc judges whether it has to be.
_COLLECTED_AFTER = 64
_COSTLY = "streams that are closed and cancelled show it: here each stream costs a request"

_Leave = Callable[[Context, ControlledCall, Any], Awaitable[None]]


@scenario(
    styles=(STREAM,),
    reported_by="close.releases",
    model_calls=2 * MANY,
    requires=("close.stream", "stream.close-unstarted", "stream.usable-after-close"),
    control=SCRIPT,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="close.releases",
    model_calls=3 * MANY,
    requires=("close.astream", "cancel.usable", "stream.close-unstarted"),
    control=SCRIPT,
)
def abandoned(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """256 streams that are closed after their first chunk, 256 that are never read, 256 whose task is cancelled.

    On the wire 112 of each.
    """
    manners: dict[str, _Leave] = {"closed": _close, "never read": _never_read}
    if style.asynchronous:
        manners["cancelled"] = _cancel
    by: dict[str, ControlledOutcome] = {}
    for name, leave in manners.items():
        by[name] = _left(ctx, style, leave)
        if by[name].failed:
            break
    return ControlledOutcomes(by_label=by)


@scenario(
    styles=(STREAM,),
    reported_by="close.break-releases",
    model_calls=MANY,
    requires=("stream.exact", "close.releases"),
    control=SCRIPT,
    not_on_wire=_COSTLY,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="close.break-releases",
    model_calls=MANY,
    requires=("stream.exact", "close.releases", "close.break"),
    control=SCRIPT,
    not_on_wire=_COSTLY,
)
def abandoned_by_break(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """256 streams that are left by break after their first chunk; no reference to them is kept."""
    return ControlledOutcomes(by_label={"left by break": _left(ctx, style, _break)})


def _left(ctx: Context, style: CallStyle, leave: _Leave) -> ControlledOutcome:
    """The record of a whole call after the others; if one of those fails, so does the act."""
    llm, call = ctx.new_instance(), ctx.controlled_call(style)
    whole, many = ctx.controlled_call(style), _MANY_ON_THE_WIRE if ctx.controller.sends_eagerly else MANY

    async def act() -> None:
        for number in range(many):
            await leave(ctx, call, llm)
            await call.yield_to_loop()
            if number % _COLLECTED_AFTER == _COLLECTED_AFTER - 1:
                collect_garbage(young=True)
                await call.yield_to_loop()
        collect_garbage()
        await call.yield_to_loop()
        await whole.read_all(whole.items(llm))

    done = whole.run(act, beside=(call,), times=many)
    call.finish()
    return whole.outcome(done)


async def _close(_: Context, call: ControlledCall, llm: Any) -> None:
    items = call.items(llm)
    await _read_one(call, items)
    await call.close(items)


async def _never_read(_: Context, call: ControlledCall, llm: Any) -> None:
    call.start(llm)


async def _break(_: Context, call: ControlledCall, llm: Any) -> None:
    await _read_one(call, call.items(llm))


async def _cancel(ctx: Context, call: ControlledCall, llm: Any) -> None:
    # A thread waits at the gate until it opens, so each stream has its own: a client has an end of its patience.
    own = ctx.controlled_call(call.style, gates=(_SILENT,))
    task = asyncio.create_task(_read_to_gate(own, llm))
    own.answer.gates[_SILENT].on_wait(partial(own.call_when_idle, task.cancel))
    try:
        await asyncio.wait({task})
        call.note_item()
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
    finally:
        own.finish()


async def _read_one(call: ControlledCall, items: Any) -> None:
    async for item in items:
        call.note_item()
        if call.text_of(item):
            break


async def _read_to_gate(call: ControlledCall, llm: Any) -> None:
    async for _ in call.items(llm):
        call.note_item()
