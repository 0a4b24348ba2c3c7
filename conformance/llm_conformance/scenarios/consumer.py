"""A consumer that is slower than the model, one that pauses for an hour, and one that changes its context."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V2, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.fresh_context import FreshContexts, InFreshContext, run_in_fresh_context
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import ControlledOutcome, Milestone
from llm_conformance.scenarios.registry import SCRIPT, scenario

# Tokens. A bounded queue of a model has fewer places.
_VERY_LONG = tuple(f"\n{place}" if place % 8 == 0 else f" {place}" for place in range(512))
_HOUR = 3600.0
_PACKETS = "the checks of the wire judge it: a slow consumer gets the tokens in other packets"
_OWN_TIMEOUTS = "the checks of the wire judge it: they have the timeouts of a client"


@scenario(styles=STREAMS, reported_by="stream.slow-consumer", requires=(completes,), not_on_wire=_PACKETS)
def slow_consumer(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """The first prompt; the consumer keeps the first chunk until no thread or task of the model goes on by itself.

    What waits then with a short timeout goes on after it.
    """
    return _read_slowly(ctx.plain_call(style), ctx.new_instance(), idle=True)


@scenario(
    styles=(*STREAMS, EVENTS_V2),
    reported_by="stream.slow-consumer",
    requires=(completes, "live.stream"),
    control=SCRIPT,
    not_on_wire=_PACKETS,
)
def slow_consumer_controlled(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """An answer of 512 tokens, read in the same way."""
    return _read_slowly(ctx.controlled_call(style, _VERY_LONG), ctx.new_instance())


@scenario(
    styles=(ASTREAM, EVENTS_V2),
    reported_by="stream.paused-consumer",
    requires=(completes, "live.stream", "stream.slow-consumer"),
    control=SCRIPT,
    not_on_wire=_OWN_TIMEOUTS,
)
def paused_consumer(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """A long answer; while the consumer has its first chunk, the clock of the event loop goes forward by an hour."""
    call, llm = ctx.controlled_call(style), ctx.new_instance()
    rested: list[bool] = []

    async def act() -> None:
        items = call.items(llm)
        await call.read_to_text(items)
        # A model that reads ahead may be within a read of its provider, whose timeout must not be met.
        rested.append(await call.wait_until_still())
        if rested[0]:
            await call.leap(_HOUR)
        await call.read_all(items)

    outcome = call.outcome(call.run(act))
    if rested == [False]:
        raise Inconclusive("a thread of the model does not rest while the consumer has a chunk")
    return outcome


@scenario(styles=STREAMS, reported_by="stream.any-context", requires=(completes,))
def contexts(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """The first prompt; the call and each next() run in a context of their own (`contextvars`)."""
    call, llm = ctx.plain_call(style), ctx.new_instance()
    return call.outcome(call.run(lambda: call.read_all(_items(call, llm))), idle=True)


@scenario(
    styles=(*STREAMS, EVENTS_V2),
    reported_by="stream.any-context",
    requires=(completes, "close.returns"),
    control=SCRIPT,
)
def contexts_closed(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """A long answer, closed after its first chunk; the call, each next() and the close run in contexts of their own."""
    call, llm = ctx.controlled_call(style), ctx.new_instance()

    async def act() -> None:
        source = run_in_fresh_context(lambda: call.items(llm))
        await call.read_to_text(FreshContexts(source))
        await InFreshContext(lambda: call.close(source))
        call.milestones[Milestone.CONSUMER_LEFT] = 1

    return call.outcome(call.run(act))


def _items(call: ControlledCall, llm: Any) -> FreshContexts:
    return FreshContexts(run_in_fresh_context(lambda: call.items(llm)))


def _read_slowly(call: ControlledCall, llm: Any, *, idle: bool = False) -> ControlledOutcome:
    async def act() -> None:
        items = call.items(llm)
        await call.read_to_text(items)
        await call.wait_until_still()
        await call.wait_for_short_timeouts()
        await call.read_all(items)

    return call.outcome(call.run(act), idle=idle)
