"""The model held before its first token, and in the middle of its answer: lazy, live and pulled."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, STREAM, CallStyle, nested
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import SENDS_EAGERLY, ControlledCall, yield_to_loop
from llm_conformance.observe.inconclusive import Inconclusive, gate_position
from llm_conformance.records import Stream, ControlledOutcome
from llm_conformance.scenarios.registry import scenario


@scenario(reported_by="stream.unstarted", method="stream", requires=("stream.completes",), held=True, hookable=True)
def unstarted_stream(stage: Context, stream: Stream) -> ControlledOutcome:
    """A stream that is asked for and closed, without one next."""
    return _unstarted(stage, STREAM, stream)


@scenario(reported_by="stream.unstarted", method="astream", requires=("astream.completes",), held=True, hookable=True)
def unstarted_astream(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same on a loop."""
    return _unstarted(stage, ASTREAM, astream)


@scenario(reported_by="stream.unstarted", method="astream_events", requires=("events.completes",), held=True, hookable=True)
def unstarted_v1(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same of the events of version v1."""
    return _unstarted(stage, EVENTS_V1, astream)


@scenario(reported_by="stream.unstarted", method="astream_events", requires=("events.completes",), held=True, hookable=True)
def unstarted_v2(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same of the events of version v2."""
    return _unstarted(stage, EVENTS_V2, astream)


@scenario(reported_by="stream.pulled", method="stream", requires=("live.delivers",), held=True, hookable=True, not_on_wire=SENDS_EAGERLY)
def pulled_stream(stage: Context, stream: Stream) -> ControlledOutcome:
    """One chunk of a long answer, and no more for as long as another answer takes."""
    return _pulled(stage, STREAM, stream)


@scenario(
    reported_by="stream.pulled", method="astream", requires=("live.delivers",), held=True, hookable=True, not_on_wire=SENDS_EAGERLY
)
def pulled_astream(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same on a loop."""
    return _pulled(stage, ASTREAM, astream)


@scenario(reported_by="live.delivers", method="stream", requires=("stream.completes",), held=True, hookable=True, may_hang=True)
def live_stream(stage: Context, stream: Stream) -> ControlledOutcome:
    """A long answer; the model is held in its middle until the consumer has some of it."""
    return _live(stage, STREAM, stream)


@scenario(reported_by="live.delivers", method="astream", requires=("astream.completes",), held=True, hookable=True, may_hang=True)
def live_astream(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same on a loop."""
    return _live(stage, ASTREAM, astream)


@scenario(
    reported_by="live.events",
    method="astream_events",
    requires=("events.completes", "live.delivers"),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_v1(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same as events of version v1."""
    return _live(stage, EVENTS_V1, astream)


@scenario(
    reported_by="live.events",
    method="astream_events",
    requires=("events.completes", "live.delivers"),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_v2(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same as events of version v2."""
    return _live(stage, EVENTS_V2, astream)


@scenario(
    reported_by="live.nested",
    method="stream",
    other_methods=("__or__", "__ror__"),
    requires=("live.delivers",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_stream(stage: Context, stream: Stream) -> ControlledOutcome:
    """The same of a model that is the middle step of a chain."""
    return _live(stage, nested(STREAM), stream)


@scenario(
    reported_by="live.nested",
    method="astream",
    other_methods=("__or__", "__ror__"),
    requires=("live.delivers",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_astream(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same of such a chain on a loop."""
    return _live(stage, nested(ASTREAM), astream)


@scenario(
    reported_by="live.nested",
    method="astream_events",
    other_methods=("__or__", "__ror__"),
    requires=("live.events",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_v1(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same of such a chain, as events of version v1."""
    return _live(stage, nested(EVENTS_V1), astream)


@scenario(
    reported_by="live.nested",
    method="astream_events",
    other_methods=("__or__", "__ror__"),
    requires=("live.events",),
    held=True,
    hookable=True,
    may_hang=True,
)
def live_nested_v2(stage: Context, astream: Stream) -> ControlledOutcome:
    """The same of such a chain, as events of version v2."""
    return _live(stage, nested(EVENTS_V2), astream)


# A model that gives its answer in one piece has nothing to give while it is held.
_NOT_STREAMED = ControlledOutcome(inputs={"streams": "no"})
# Whoever reads so many ahead has no bound.
_FAR = 32


def _unstarted(stage: Context, way: CallStyle, unheld: Stream) -> ControlledOutcome:
    tokens = stage.expected_chunks(unheld)
    llm, this, other = stage.new_instance(), stage.controlled_call(way, tokens), stage.controlled_call(way)

    def act() -> None:
        source = this.start(llm)
        # As long as a whole answer takes, somebody who works in secret has time to begin.
        other.read_all(other.start(llm))
        this.milestones["asked"] = len(this.answer.generations)
        _close(source)
        this.milestones["closed"] = len(this.answer.generations)

    async def aact() -> None:
        source = this.start(llm)
        await yield_to_loop()
        await other.aread_all(other.start(llm))
        this.milestones["asked"] = len(this.answer.generations)
        await _aclose(source)
        this.milestones["closed"] = len(this.answer.generations)

    return _played(this, other, aact if way.asynchronous else act, idle=True)


def _pulled(stage: Context, way: CallStyle, unheld: Stream) -> ControlledOutcome:
    if not unheld.streamed:
        return _NOT_STREAMED
    tokens = stage.expected_chunks(unheld)
    if len(tokens) < _FAR:
        raise Inconclusive(f"too few chunks to tell whether somebody reads without end: {len(tokens)}")
    llm, this, other = stage.new_instance(), stage.controlled_call(way, tokens), stage.controlled_call(way)

    def act() -> None:
        source = this.start(llm)
        any(map(this.record, source))
        other.read_all(other.start(llm))
        this.milestones["pulled"] = max((take.sent for take in this.answer.generations), default=0)
        _close(source)

    async def aact() -> None:
        source = this.start(llm)
        async for item in source:
            if this.record(item):
                break
        await yield_to_loop()
        await other.aread_all(other.start(llm))
        this.milestones["pulled"] = max((take.sent for take in this.answer.generations), default=0)
        await _aclose(source)

    return _played(this, other, aact if way.asynchronous else act)


def _live(stage: Context, way: CallStyle, unheld: Stream) -> ControlledOutcome:
    if not unheld.streamed:
        return _NOT_STREAMED
    tokens = stage.expected_chunks(unheld)
    place = gate_position(tokens)
    llm, this = stage.new_instance(), stage.controlled_call(way, tokens, gates=(place,))
    gate = this.answer.gates[place]

    def heard(item: Any) -> None:
        if this.record(item):
            gate.open()

    def act() -> None:
        for item in this.start(llm):
            heard(item)

    async def aact() -> None:
        async for item in this.start(llm):
            heard(item)

    return this.outcome(this.run(aact if way.asynchronous else act))


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
