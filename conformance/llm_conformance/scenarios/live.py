"""The model held before its first token, and in the middle of its answer: lazy, live and pulled."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, STREAM, Way, nested
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import SENDS_AHEAD, Rehearsal, turns
from llm_conformance.observe.inconclusive import Untold, middle
from llm_conformance.records import Stream, Trial
from llm_conformance.scenarios.registry import scenario


@scenario(owner="stream.unstarted", method="stream", after=("stream.completes",), held=True, hooked=True)
def unstarted_stream(stage: Stage, stream: Stream) -> Trial:
    """A stream that is asked for and closed, without one next."""
    return _unstarted(stage, STREAM, stream)


@scenario(owner="stream.unstarted", method="astream", after=("astream.completes",), held=True, hooked=True)
def unstarted_astream(stage: Stage, astream: Stream) -> Trial:
    """The same on a loop."""
    return _unstarted(stage, ASTREAM, astream)


@scenario(owner="stream.unstarted", method="astream_events", after=("events.completes",), held=True, hooked=True)
def unstarted_v1(stage: Stage, astream: Stream) -> Trial:
    """The same of the events of version v1."""
    return _unstarted(stage, EVENTS_V1, astream)


@scenario(owner="stream.unstarted", method="astream_events", after=("events.completes",), held=True, hooked=True)
def unstarted_v2(stage: Stage, astream: Stream) -> Trial:
    """The same of the events of version v2."""
    return _unstarted(stage, EVENTS_V2, astream)


@scenario(owner="stream.pulled", method="stream", after=("live.delivers",), held=True, hooked=True, unwired=SENDS_AHEAD)
def pulled_stream(stage: Stage, stream: Stream) -> Trial:
    """One chunk of a long answer, and no more for as long as another answer takes."""
    return _pulled(stage, STREAM, stream)


@scenario(
    owner="stream.pulled", method="astream", after=("live.delivers",), held=True, hooked=True, unwired=SENDS_AHEAD
)
def pulled_astream(stage: Stage, astream: Stream) -> Trial:
    """The same on a loop."""
    return _pulled(stage, ASTREAM, astream)


@scenario(owner="live.delivers", method="stream", after=("stream.completes",), held=True, hooked=True, hangs=True)
def live_stream(stage: Stage, stream: Stream) -> Trial:
    """A long answer; the model is held in its middle until the consumer has some of it."""
    return _live(stage, STREAM, stream)


@scenario(owner="live.delivers", method="astream", after=("astream.completes",), held=True, hooked=True, hangs=True)
def live_astream(stage: Stage, astream: Stream) -> Trial:
    """The same on a loop."""
    return _live(stage, ASTREAM, astream)


@scenario(
    owner="live.events",
    method="astream_events",
    after=("events.completes", "live.delivers"),
    held=True,
    hooked=True,
    hangs=True,
)
def live_v1(stage: Stage, astream: Stream) -> Trial:
    """The same as events of version v1."""
    return _live(stage, EVENTS_V1, astream)


@scenario(
    owner="live.events",
    method="astream_events",
    after=("events.completes", "live.delivers"),
    held=True,
    hooked=True,
    hangs=True,
)
def live_v2(stage: Stage, astream: Stream) -> Trial:
    """The same as events of version v2."""
    return _live(stage, EVENTS_V2, astream)


@scenario(
    owner="live.nested",
    method="stream",
    also=("__or__", "__ror__"),
    after=("live.delivers",),
    held=True,
    hooked=True,
    hangs=True,
)
def live_nested_stream(stage: Stage, stream: Stream) -> Trial:
    """The same of a model that is the middle step of a chain."""
    return _live(stage, nested(STREAM), stream)


@scenario(
    owner="live.nested",
    method="astream",
    also=("__or__", "__ror__"),
    after=("live.delivers",),
    held=True,
    hooked=True,
    hangs=True,
)
def live_nested_astream(stage: Stage, astream: Stream) -> Trial:
    """The same of such a chain on a loop."""
    return _live(stage, nested(ASTREAM), astream)


@scenario(
    owner="live.nested",
    method="astream_events",
    also=("__or__", "__ror__"),
    after=("live.events",),
    held=True,
    hooked=True,
    hangs=True,
)
def live_nested_v1(stage: Stage, astream: Stream) -> Trial:
    """The same of such a chain, as events of version v1."""
    return _live(stage, nested(EVENTS_V1), astream)


@scenario(
    owner="live.nested",
    method="astream_events",
    also=("__or__", "__ror__"),
    after=("live.events",),
    held=True,
    hooked=True,
    hangs=True,
)
def live_nested_v2(stage: Stage, astream: Stream) -> Trial:
    """The same of such a chain, as events of version v2."""
    return _live(stage, nested(EVENTS_V2), astream)


# A model that gives its answer in one piece has nothing to give while it is held.
_NOT_STREAMED = Trial(given={"streams": "no"})
# Whoever reads so many ahead has no bound.
_FAR = 32


def _unstarted(stage: Stage, way: Way, unheld: Stream) -> Trial:
    tokens = stage.pieces(unheld)
    llm, this, other = stage.fresh(), stage.rehearsal(way, tokens), stage.rehearsal(way)

    def act() -> None:
        source = this.ask(llm)
        # As long as a whole answer takes, somebody who works in secret has time to begin.
        other.listen(other.ask(llm))
        this.counts["asked"] = len(this.cue.takes)
        _close(source)
        this.counts["closed"] = len(this.cue.takes)

    async def aact() -> None:
        source = this.ask(llm)
        await turns()
        await other.alisten(other.ask(llm))
        this.counts["asked"] = len(this.cue.takes)
        await _aclose(source)
        this.counts["closed"] = len(this.cue.takes)

    return _played(this, other, aact if way.asynchronous else act, idle=True)


def _pulled(stage: Stage, way: Way, unheld: Stream) -> Trial:
    if not unheld.many:
        return _NOT_STREAMED
    tokens = stage.pieces(unheld)
    if len(tokens) < _FAR:
        raise Untold(f"too few chunks to tell whether somebody reads without end: {len(tokens)}")
    llm, this, other = stage.fresh(), stage.rehearsal(way, tokens), stage.rehearsal(way)

    def act() -> None:
        source = this.ask(llm)
        any(map(this.hear, source))
        other.listen(other.ask(llm))
        this.counts["pulled"] = max((take.given for take in this.cue.takes), default=0)
        _close(source)

    async def aact() -> None:
        source = this.ask(llm)
        async for item in source:
            if this.hear(item):
                break
        await turns()
        await other.alisten(other.ask(llm))
        this.counts["pulled"] = max((take.given for take in this.cue.takes), default=0)
        await _aclose(source)

    return _played(this, other, aact if way.asynchronous else act)


def _live(stage: Stage, way: Way, unheld: Stream) -> Trial:
    if not unheld.many:
        return _NOT_STREAMED
    tokens = stage.pieces(unheld)
    place = middle(tokens)
    llm, this = stage.fresh(), stage.rehearsal(way, tokens, gates=(place,))
    gate = this.cue.gates[place]

    def heard(item: Any) -> None:
        if this.hear(item):
            gate.open()

    def act() -> None:
        for item in this.ask(llm):
            heard(item)

    async def aact() -> None:
        async for item in this.ask(llm):
            heard(item)

    return this.trial(this.act(aact if way.asynchronous else act))


def _played(this: Rehearsal, other: Rehearsal, act: Any, *, idle: bool = False) -> Trial:
    done = this.act(act, calls=2)
    other.end()
    other.trial(done)
    return this.trial(done, idle=idle)


def _close(source: Any) -> None:
    getattr(source, "close", lambda: None)()


async def _aclose(source: Any) -> None:
    close = getattr(source, "aclose", None)
    if close is not None:
        await close()
