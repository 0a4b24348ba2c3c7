"""A consumer that leaves before the answer is whole: by close(), by aclose(), by break."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V2, STREAM, CallStyle, nested
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, SENDS_EAGERLY, ControlledCall
from llm_conformance.observe.gc_pause import gc_paused
from llm_conformance.observe.inconclusive import gate_position
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Milestone, Stream
from llm_conformance.scenarios.registry import scenario

FIRST, MIDST, LAST = "at the first chunk", "in the middle", "at the last chunk"
_CHAIN = ("__or__", "__ror__")
# A model that gives its answer in one piece is left when it has given it.
_NOT_STREAMED = ControlledOutcomes(by_label={})


@scenario(
    reported_by="close.stream", method="stream", model_calls=3, requires=("live.stream",), held=True, hookable=True
)
def closed_stream(ctx: Context, stream: Stream) -> ControlledOutcomes:
    """stream(), closed at the first chunk, in the middle, and at the last chunk."""
    return _closed(ctx, STREAM, stream)


@scenario(
    reported_by="close.astream",
    method="astream",
    model_calls=3,
    requires=("live.stream",),
    held=True,
    hookable=True,
)
def closed_astream(ctx: Context, astream: Stream) -> ControlledOutcomes:
    """astream(), closed at the first chunk, in the middle, and at the last chunk."""
    return _closed(ctx, ASTREAM, astream)


@scenario(
    reported_by="close.break",
    method="astream",
    requires=("live.stream", "close.astream"),
    held=True,
    hookable=True,
)
def dropped_astream(ctx: Context, astream: Stream) -> ControlledOutcomes:
    """astream(), left by break in the middle; nobody keeps the iterator."""
    return ControlledOutcomes(by_label={MIDST: _dropped(ctx, ASTREAM, astream)}) if astream.streamed else _NOT_STREAMED


@scenario(
    reported_by="close.events",
    method="astream_events",
    model_calls=2,
    requires=("live.events",),
    held=True,
    hookable=True,
)
def closed_v2(ctx: Context, astream: Stream) -> ControlledOutcomes:
    """astream_events() of version v2, closed in the middle, and left by break there."""
    if not astream.streamed:
        return _NOT_STREAMED
    by = {f"closed {MIDST}": _left(ctx, EVENTS_V2, MIDST, astream)}
    if by[f"closed {MIDST}"].hung is None:
        by[f"left by break {MIDST}"] = _dropped(ctx, EVENTS_V2, astream)
    return ControlledOutcomes(by_label=by)


@scenario(
    reported_by="close.nested",
    method="stream",
    other_methods=_CHAIN,
    requires=("close.stream", "live.nested"),
    held=True,
    hookable=True,
    not_on_wire=SENDS_EAGERLY,
)
def closed_nested_stream(ctx: Context, stream: Stream) -> ControlledOutcomes:
    """A chain in which the model is the middle step, streamed and closed at the first chunk."""
    return (
        ControlledOutcomes(by_label={FIRST: _left(ctx, nested(STREAM), FIRST, stream, held=False)})
        if stream.streamed
        else _NOT_STREAMED
    )


@scenario(
    reported_by="close.nested",
    method="astream",
    other_methods=_CHAIN,
    requires=("close.astream", "live.nested"),
    held=True,
    hookable=True,
)
def closed_nested_astream(ctx: Context, astream: Stream) -> ControlledOutcomes:
    """The same on a loop."""
    return (
        ControlledOutcomes(by_label={FIRST: _left(ctx, nested(ASTREAM), FIRST, astream)})
        if astream.streamed
        else _NOT_STREAMED
    )


@scenario(
    reported_by="close.isolated",
    method="stream",
    model_calls=2,
    requires=("close.stream",),
    held=True,
    hookable=True,
)
def beside_closed_stream(ctx: Context, stream: Stream) -> ControlledOutcome:
    """One of two streams of an instance is closed after a chunk of each; the other is read to its end."""
    tokens = ctx.expected_chunks(stream)
    llm, this, other = (
        ctx.new_instance(),
        ctx.controlled_call(STREAM, tokens),
        ctx.controlled_call(STREAM, LONG_ANSWER[::-1]),
    )

    def act() -> None:
        mine, its = this.start(llm), other.start(llm)
        any(map(other.record, its))
        any(map(this.record, mine))
        its.close()
        this.read_all(mine)

    return beside(this, other, act)


@scenario(
    reported_by="close.isolated",
    method="astream",
    model_calls=2,
    requires=("close.astream",),
    held=True,
    hookable=True,
)
def beside_closed_astream(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same on a loop."""
    tokens = ctx.expected_chunks(astream)
    llm, this, other = (
        ctx.new_instance(),
        ctx.controlled_call(ASTREAM, tokens),
        ctx.controlled_call(ASTREAM, LONG_ANSWER[::-1]),
    )

    async def act() -> None:
        mine, its = this.start(llm), other.start(llm)
        other.record(await anext(its))
        this.record(await anext(mine))
        await its.aclose()
        await this.aread_all(mine)

    return beside(this, other, act)


@scenario(reported_by="close.returns", method="stream", requires=("stream.completes",))
def left_stream(ctx: Context) -> ControlledOutcomes:
    """The first prompt, streamed and closed at the first chunk."""
    return ControlledOutcomes(by_label={FIRST: _leave(ctx.new_instance(), ctx.plain_call(STREAM), STREAM, FIRST)})


@scenario(reported_by="close.returns", method="astream", requires=("astream.completes",))
def left_astream(ctx: Context) -> ControlledOutcomes:
    """The same on a loop."""
    return ControlledOutcomes(by_label={FIRST: _leave(ctx.new_instance(), ctx.plain_call(ASTREAM), ASTREAM, FIRST)})


@scenario(reported_by="close.returns", method="astream_events", requires=("events.completes",))
def left_v2(ctx: Context) -> ControlledOutcomes:
    """The same as events of version v2."""
    return ControlledOutcomes(by_label={FIRST: _leave(ctx.new_instance(), ctx.plain_call(EVENTS_V2), EVENTS_V2, FIRST)})


def _closed(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcomes:
    by: dict[str, ControlledOutcome] = {}
    for place in (FIRST, MIDST, LAST) if plain.streamed else ():
        by[place] = _left(ctx, style, place, plain, held=place != LAST)
        if by[place].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


def _left(ctx: Context, style: CallStyle, place: str, plain: Stream, *, held: bool = True) -> ControlledOutcome:
    tokens = ctx.expected_chunks(plain)
    gates = (gate_position(tokens),) if held else ()
    outcome = _leave(ctx.new_instance(), ctx.controlled_call(style, tokens, gates=gates), style, place)
    # What is told by the time that it takes counts when it is seen twice.
    if Milestone.STOPPED_BY_GC in outcome.milestones:
        outcome = _leave(ctx.new_instance(), ctx.controlled_call(style, tokens, gates=gates), style, place)
    return outcome


def _leave(llm: Any, this: ControlledCall, style: CallStyle, place: str) -> ControlledOutcome:
    def act() -> None:
        iterator = iter(this.start(llm))
        for item in iterator:
            if this.record(item) and _enough(this, place):
                break
        this.milestones[Milestone.CONSUMER_LEAVING] = 1
        with gc_paused():
            _close(iterator)
            this.wait_until_stopped()

    async def arun() -> None:
        iterator = aiter(this.start(llm))
        async for item in iterator:
            if this.record(item) and _enough(this, place):
                break
        await this.wait_until_idle()
        this.milestones[Milestone.CONSUMER_LEAVING] = 1
        with gc_paused():
            await _aclose(iterator)
            await this.await_until_stopped()

    return this.outcome(this.run(arun if style.asynchronous else act))


def _dropped(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    tokens = ctx.expected_chunks(plain)
    llm, this = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(gate_position(tokens),))

    async def act() -> None:
        async for item in this.start(llm):
            if this.record(item) and _enough(this, MIDST):
                await this.wait_until_idle()
                break
        this.milestones[Milestone.CONSUMER_LEAVING] = 1
        await this.await_until_stopped()

    return this.outcome(this.run(act))


def _enough(this: ControlledCall, place: str) -> bool:
    if place == FIRST:
        return True
    if place == LAST:
        return this.text == "".join(this.answer.tokens)
    # What the model has said counts: what is heard may come late, or in larger pieces.
    quarter = gate_position(this.answer.tokens) // 2
    return any(take.sent >= quarter for take in this.answer.generations)


def beside(this: ControlledCall, other: ControlledCall, act: Any) -> ControlledOutcome:
    """The record of one of two streams of an instance."""
    done = this.run(act, calls=2)
    other.finish()
    other.outcome(done)
    return this.outcome(done)


def _close(iterator: Iterator[Any]) -> None:
    getattr(iterator, "close", lambda: None)()


async def _aclose(iterator: AsyncIterator[Any]) -> None:
    close = getattr(iterator, "aclose", None)
    if close is not None:
        await close()
