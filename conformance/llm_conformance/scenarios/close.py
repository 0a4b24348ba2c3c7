"""A consumer that leaves before the answer is whole: by close(), by aclose(), by break."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V2, STREAM, STREAMS, CallStyle, completes, nested
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, SENDS_EAGERLY, Act, ControlledCall
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.inconclusive import gate_position
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Milestone, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario

FIRST, MIDDLE, LAST = "at the first chunk", "in the middle", "at the last chunk"
_CHAIN = ("__or__", "__ror__")
# A model that gives its answer in one piece has given all of it when it can be left.
_NOT_STREAMED = ControlledOutcomes(by_label={})


@scenario(
    styles=(STREAM,),
    reported_by="close.stream",
    model_calls=3,
    requires=("live.stream",),
    control=SCRIPT,
    hookable=True,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="close.astream",
    model_calls=3,
    requires=("live.stream",),
    control=SCRIPT,
    hookable=True,
)
def close(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """A stream, closed at the first chunk, in the middle, and at the last chunk."""
    by: dict[str, ControlledOutcome] = {}
    if style.asynchronous:
        ctx.finalise_earlier_instances()
    for place in (FIRST, MIDDLE, LAST) if plain.streamed else ():
        paused, sure = place != LAST, any(Milestone.STOPPED_BY_GC in one.milestones for one in by.values())
        by[place] = _closed(ctx, style, place, plain, paused=paused, by_itself=not sure)
        # A finding that depends on timing needs a second observation.
        if Milestone.STOPPED_BY_GC in by[place].milestones and not sure:
            by[place] = _closed(ctx, style, place, plain, paused=paused, by_itself=True)
        if by[place].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


@scenario(
    styles=(ASTREAM,),
    name="break",
    reported_by="close.break",
    requires=("live.stream", "close.astream"),
    control=SCRIPT,
    hookable=True,
)
def leave_by_break(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """A stream, left by break in the middle; no reference to the iterator is kept."""
    ctx.finalise_earlier_instances()
    return ControlledOutcomes(by_label={MIDDLE: _broken_off(ctx, style, plain)}) if plain.streamed else _NOT_STREAMED


@scenario(
    styles=(EVENTS_V2,),
    name="close",
    reported_by="close.events",
    model_calls=2,
    requires=("live.events",),
    control=SCRIPT,
    hookable=True,
)
def close_events(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """An event stream, closed in the middle, and left by break there."""
    if not plain.streamed:
        return _NOT_STREAMED
    ctx.finalise_earlier_instances()
    by = {f"closed {MIDDLE}": _closed(ctx, style, MIDDLE, plain)}
    if by[f"closed {MIDDLE}"].hung is None:
        by[f"left by break {MIDDLE}"] = _broken_off(ctx, style, plain)
    return ControlledOutcomes(by_label=by)


@scenario(
    styles=(nested(STREAM),),
    name="close",
    reported_by="close.nested",
    other_methods=_CHAIN,
    requires=("close.stream", "live.nested"),
    control=SCRIPT,
    hookable=True,
    not_on_wire=SENDS_EAGERLY,
)
@scenario(
    styles=(nested(ASTREAM),),
    name="close",
    reported_by="close.nested",
    other_methods=_CHAIN,
    requires=("close.astream", "live.nested"),
    control=SCRIPT,
    hookable=True,
)
def close_chain(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    """A chain in which the model is the middle step, streamed and closed at the first chunk."""
    if not plain.streamed:
        return _NOT_STREAMED
    return ControlledOutcomes(by_label={FIRST: _closed(ctx, style, FIRST, plain, paused=style.asynchronous)})


@scenario(
    styles=(STREAM,),
    reported_by="close.isolated",
    model_calls=2,
    requires=("close.stream",),
    same_failure_as=("interleaved",),
    control=SCRIPT,
    hookable=True,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="close.isolated",
    model_calls=2,
    requires=("close.astream",),
    control=SCRIPT,
    hookable=True,
)
def close_other(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """One of two streams of an instance is closed after a chunk of each; the other is read to its end."""
    tokens = ctx.expected_chunks(plain)
    llm = ctx.new_instance()
    call, other = ctx.controlled_call(style, tokens), ctx.controlled_call(style, LONG_ANSWER[::-1])

    async def act() -> None:
        items, other_items = call.items(llm), other.items(llm)
        await other.read_to_text(other_items)
        await call.read_to_text(items)
        await other.close(other_items)
        await call.read_all(items)

    return beside(call, other, act)


@scenario(styles=(*STREAMS, EVENTS_V2), reported_by="close.returns", requires=(completes,))
def close_plain(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """The first prompt, streamed without control and closed at the first chunk."""
    if style.asynchronous:
        ctx.finalise_earlier_instances()
    return ControlledOutcomes(by_label={FIRST: _close(ctx.new_instance(), ctx.plain_call(style), FIRST)})


def beside(call: ControlledCall, other: ControlledCall, act: Act) -> ControlledOutcome:
    """The record of one of two streams of an instance."""
    done = call.run(act, beside=(other,))
    other.finish()
    other.outcome(done)
    return call.outcome(done)


def _closed(
    ctx: Context, style: CallStyle, place: str, plain: Stream, *, paused: bool = True, by_itself: bool = False
) -> ControlledOutcome:
    tokens = ctx.expected_chunks(plain)
    gates = (gate_position(tokens),) if paused else ()
    return _close(ctx.new_instance(), ctx.controlled_call(style, tokens, gates=gates), place, by_itself=by_itself)


def _close(llm: Any, call: ControlledCall, place: str, *, by_itself: bool = False) -> ControlledOutcome:
    async def act() -> None:
        items = call.items(llm)
        async for item in items:
            if call.record(item) and _enough(call, place):
                break
        await call.wait_until_idle()
        call.milestones[Milestone.CONSUMER_LEAVING] = 1
        with gc_paused():
            await call.close(items)
            await call.wait_until_stopped(by_itself=by_itself)

    return call.outcome(call.run(act))


def _broken_off(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    tokens = ctx.expected_chunks(plain)
    llm, call = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(gate_position(tokens),))

    async def act() -> None:
        async for item in call.start(llm):
            if call.record(item) and _enough(call, MIDDLE):
                await call.wait_until_idle()
                break
        call.milestones[Milestone.CONSUMER_LEAVING] = 1
        await call.wait_until_stopped()

    return call.outcome(call.run(act))


def _enough(call: ControlledCall, place: str) -> bool:
    if place == FIRST:
        return True
    if place == LAST:
        return call.text == "".join(call.answer.tokens)
    # What the model has generated counts: the consumer may get it later, or in larger pieces.
    quarter = gate_position(call.answer.tokens) // 2
    return any(generation.sent >= quarter for generation in call.answer.generations)
