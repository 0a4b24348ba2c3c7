"""The model held before its first token, and in the middle of its answer: lazy, live and pulled."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, STREAM, CallStyle, nested
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import SENDS_EAGERLY, ControlledCall, yield_to_loop
from llm_conformance.observe.inconclusive import Inconclusive, gate_position
from llm_conformance.records import ControlledOutcome, Milestone, Stream
from llm_conformance.scenarios.registry import scenario


@scenario(
    reported_by="stream.close-unstarted", method="stream", requires=("stream.completes",), held=True, hookable=True
)
def unstarted_stream(ctx: Context, stream: Stream) -> ControlledOutcome:
    """A stream that is asked for and closed, without one next."""
    return _unstarted(ctx, STREAM, stream)


@scenario(
    reported_by="stream.close-unstarted", method="astream", requires=("astream.completes",), held=True, hookable=True
)
def unstarted_astream(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same on a loop."""
    return _unstarted(ctx, ASTREAM, astream)


@scenario(
    reported_by="stream.close-unstarted",
    method="astream_events",
    requires=("events.completes",),
    held=True,
    hookable=True,
)
def unstarted_v1(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same of the events of version v1."""
    return _unstarted(ctx, EVENTS_V1, astream)


@scenario(
    reported_by="stream.close-unstarted",
    method="astream_events",
    requires=("events.completes",),
    held=True,
    hookable=True,
)
def unstarted_v2(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same of the events of version v2."""
    return _unstarted(ctx, EVENTS_V2, astream)


@scenario(
    reported_by="stream.backpressure",
    method="stream",
    requires=("live.stream",),
    held=True,
    hookable=True,
    not_on_wire=SENDS_EAGERLY,
)
def pulled_stream(ctx: Context, stream: Stream) -> ControlledOutcome:
    """One chunk of a long answer, and no more for as long as another answer takes."""
    return _pulled(ctx, STREAM, stream)


@scenario(
    reported_by="stream.backpressure",
    method="astream",
    requires=("live.stream",),
    held=True,
    hookable=True,
    not_on_wire=SENDS_EAGERLY,
)
def pulled_astream(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same on a loop."""
    return _pulled(ctx, ASTREAM, astream)


@scenario(
    reported_by="live.stream",
    method="stream",
    requires=("stream.completes",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_stream(ctx: Context, stream: Stream) -> ControlledOutcome:
    """A long answer; the model is held in its middle until the consumer has some of it."""
    return _live(ctx, STREAM, stream)


@scenario(
    reported_by="live.stream",
    method="astream",
    requires=("astream.completes",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_astream(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same on a loop."""
    return _live(ctx, ASTREAM, astream)


@scenario(
    reported_by="live.events",
    method="astream_events",
    requires=("events.completes", "live.stream"),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_v1(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same as events of version v1."""
    return _live(ctx, EVENTS_V1, astream)


@scenario(
    reported_by="live.events",
    method="astream_events",
    requires=("events.completes", "live.stream"),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_v2(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same as events of version v2."""
    return _live(ctx, EVENTS_V2, astream)


@scenario(
    reported_by="live.nested",
    method="stream",
    other_methods=("__or__", "__ror__"),
    requires=("live.stream",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_stream(ctx: Context, stream: Stream) -> ControlledOutcome:
    """The same of a model that is the middle step of a chain."""
    return _live(ctx, nested(STREAM), stream)


@scenario(
    reported_by="live.nested",
    method="astream",
    other_methods=("__or__", "__ror__"),
    requires=("live.stream",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_astream(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same of such a chain on a loop."""
    return _live(ctx, nested(ASTREAM), astream)


@scenario(
    reported_by="live.nested",
    method="astream_events",
    other_methods=("__or__", "__ror__"),
    requires=("live.events",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_v1(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same of such a chain, as events of version v1."""
    return _live(ctx, nested(EVENTS_V1), astream)


@scenario(
    reported_by="live.nested",
    method="astream_events",
    other_methods=("__or__", "__ror__"),
    requires=("live.events",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_v2(ctx: Context, astream: Stream) -> ControlledOutcome:
    """The same of such a chain, as events of version v2."""
    return _live(ctx, nested(EVENTS_V2), astream)


# A model that gives its answer in one piece has nothing to give while it is held.
_NOT_STREAMED = ControlledOutcome(streamed=False)
# Whoever reads so many ahead has no bound.
_FAR = 32


def _unstarted(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    tokens = ctx.expected_chunks(plain)
    llm, this, other = ctx.new_instance(), ctx.controlled_call(style, tokens), ctx.controlled_call(style)

    def act() -> None:
        source = this.start(llm)
        # As long as a whole answer takes, somebody who works in secret has time to begin.
        other.read_all(other.start(llm))
        this.milestones[Milestone.GENERATIONS_BEFORE_NEXT] = len(this.answer.generations)
        _close(source)
        this.milestones[Milestone.GENERATIONS_AFTER_CLOSE] = len(this.answer.generations)

    async def arun() -> None:
        source = this.start(llm)
        await yield_to_loop()
        await other.aread_all(other.start(llm))
        this.milestones[Milestone.GENERATIONS_BEFORE_NEXT] = len(this.answer.generations)
        await _aclose(source)
        this.milestones[Milestone.GENERATIONS_AFTER_CLOSE] = len(this.answer.generations)

    return _played(this, other, arun if style.asynchronous else act, idle=True)


def _pulled(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    if not plain.streamed:
        return _NOT_STREAMED
    tokens = ctx.expected_chunks(plain)
    if len(tokens) < _FAR:
        raise Inconclusive(f"too few chunks to tell whether somebody reads without end: {len(tokens)}")
    llm, this, other = ctx.new_instance(), ctx.controlled_call(style, tokens), ctx.controlled_call(style)

    def act() -> None:
        source = this.start(llm)
        any(map(this.record, source))
        other.read_all(other.start(llm))
        this.milestones[Milestone.TOKENS_AFTER_ONE_CHUNK] = max(
            (take.sent for take in this.answer.generations), default=0
        )
        _close(source)

    async def arun() -> None:
        source = this.start(llm)
        async for item in source:
            if this.record(item):
                break
        await yield_to_loop()
        await other.aread_all(other.start(llm))
        this.milestones[Milestone.TOKENS_AFTER_ONE_CHUNK] = max(
            (take.sent for take in this.answer.generations), default=0
        )
        await _aclose(source)

    return _played(this, other, arun if style.asynchronous else act)


def _live(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    if not plain.streamed:
        return _NOT_STREAMED
    tokens = ctx.expected_chunks(plain)
    place = gate_position(tokens)
    llm, this = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(place,))
    gate = this.answer.gates[place]

    def heard(item: Any) -> None:
        if this.record(item):
            gate.open()

    def act() -> None:
        for item in this.start(llm):
            heard(item)

    async def arun() -> None:
        async for item in this.start(llm):
            heard(item)

    return this.outcome(this.run(arun if style.asynchronous else act))


def _played(this: ControlledCall, other: ControlledCall, act: Any, *, idle: bool = False) -> ControlledOutcome:
    done = this.run(act, calls=2)
    other.finish()
    other.outcome(done)
    return this.outcome(done, idle=idle)


def _close(source: Any) -> None:
    getattr(source, "close", lambda: None)()


async def _aclose(source: Any) -> None:
    close = getattr(source, "aclose", None)
    if close is not None:
        await close()
