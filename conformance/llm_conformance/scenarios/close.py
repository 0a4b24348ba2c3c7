"""A consumer that leaves before the answer is whole: by close(), by aclose(), by break."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V2, STREAM, Way, nested
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import LONG, SENDS_AHEAD, Rehearsal
from llm_conformance.observe.gc_pause import uncollected
from llm_conformance.observe.inconclusive import middle
from llm_conformance.records import Stream, Trial, Trials
from llm_conformance.scenarios.registry import scenario

FIRST, MIDST, LAST = "at the first chunk", "in the middle", "at the last chunk"
_CHAIN = ("__or__", "__ror__")
# A model that gives its answer in one piece is left when it has given it.
_NOT_STREAMED = Trials(by={})


@scenario(owner="close.stops", method="stream", calls=3, after=("live.delivers",), held=True, hooked=True)
def closed_stream(stage: Stage, stream: Stream) -> Trials:
    """stream(), closed at the first chunk, in the middle, and at the last chunk."""
    return _closed(stage, STREAM, stream)


@scenario(owner="close.stops-on-loop", method="astream", calls=3, after=("live.delivers",), held=True, hooked=True)
def closed_astream(stage: Stage, astream: Stream) -> Trials:
    """astream(), closed at the first chunk, in the middle, and at the last chunk."""
    return _closed(stage, ASTREAM, astream)


@scenario(owner="close.break", method="astream", after=("live.delivers", "close.stops-on-loop"), held=True, hooked=True)
def dropped_astream(stage: Stage, astream: Stream) -> Trials:
    """astream(), left by break in the middle; nobody keeps the iterator."""
    return Trials(by={MIDST: _dropped(stage, ASTREAM, astream)}) if astream.many else _NOT_STREAMED


@scenario(owner="close.events", method="astream_events", calls=2, after=("live.events",), held=True, hooked=True)
def closed_v2(stage: Stage, astream: Stream) -> Trials:
    """astream_events() of version v2, closed in the middle, and left by break there."""
    if not astream.many:
        return _NOT_STREAMED
    by = {f"closed {MIDST}": _left(stage, EVENTS_V2, MIDST, astream)}
    if by[f"closed {MIDST}"].hung is None:
        by[f"left by break {MIDST}"] = _dropped(stage, EVENTS_V2, astream)
    return Trials(by=by)


@scenario(
    owner="close.nested",
    method="stream",
    also=_CHAIN,
    after=("close.stops", "live.nested"),
    held=True,
    hooked=True,
    unwired=SENDS_AHEAD,
)
def closed_nested_stream(stage: Stage, stream: Stream) -> Trials:
    """A chain in which the model is the middle step, streamed and closed at the first chunk."""
    return Trials(by={FIRST: _left(stage, nested(STREAM), FIRST, stream, held=False)}) if stream.many else _NOT_STREAMED


@scenario(
    owner="close.nested",
    method="astream",
    also=_CHAIN,
    after=("close.stops-on-loop", "live.nested"),
    held=True,
    hooked=True,
)
def closed_nested_astream(stage: Stage, astream: Stream) -> Trials:
    """The same on a loop."""
    return Trials(by={FIRST: _left(stage, nested(ASTREAM), FIRST, astream)}) if astream.many else _NOT_STREAMED


@scenario(owner="close.others-go-on", method="stream", calls=2, after=("close.stops",), held=True, hooked=True)
def beside_closed_stream(stage: Stage, stream: Stream) -> Trial:
    """One of two streams of an instance is closed after a chunk of each; the other is read to its end."""
    tokens = stage.pieces(stream)
    llm, this, other = stage.fresh(), stage.rehearsal(STREAM, tokens), stage.rehearsal(STREAM, LONG[::-1])

    def act() -> None:
        mine, its = this.ask(llm), other.ask(llm)
        any(map(other.hear, its))
        any(map(this.hear, mine))
        its.close()
        this.listen(mine)

    return beside(this, other, act)


@scenario(owner="close.others-go-on", method="astream", calls=2, after=("close.stops-on-loop",), held=True, hooked=True)
def beside_closed_astream(stage: Stage, astream: Stream) -> Trial:
    """The same on a loop."""
    tokens = stage.pieces(astream)
    llm, this, other = stage.fresh(), stage.rehearsal(ASTREAM, tokens), stage.rehearsal(ASTREAM, LONG[::-1])

    async def act() -> None:
        mine, its = this.ask(llm), other.ask(llm)
        other.hear(await anext(its))
        this.hear(await anext(mine))
        await its.aclose()
        await this.alisten(mine)

    return beside(this, other, act)


@scenario(owner="close.returns", method="stream", after=("stream.completes",))
def left_stream(stage: Stage) -> Trials:
    """The first prompt, streamed and closed at the first chunk."""
    return Trials(by={FIRST: _leave(stage.fresh(), stage.watched(STREAM), STREAM, FIRST)})


@scenario(owner="close.returns", method="astream", after=("astream.completes",))
def left_astream(stage: Stage) -> Trials:
    """The same on a loop."""
    return Trials(by={FIRST: _leave(stage.fresh(), stage.watched(ASTREAM), ASTREAM, FIRST)})


@scenario(owner="close.returns", method="astream_events", after=("events.completes",))
def left_v2(stage: Stage) -> Trials:
    """The same as events of version v2."""
    return Trials(by={FIRST: _leave(stage.fresh(), stage.watched(EVENTS_V2), EVENTS_V2, FIRST)})


def _closed(stage: Stage, way: Way, unheld: Stream) -> Trials:
    by: dict[str, Trial] = {}
    for place in (FIRST, MIDST, LAST) if unheld.many else ():
        by[place] = _left(stage, way, place, unheld, held=place != LAST)
        if by[place].hung is not None:
            break
    return Trials(by=by)


def _left(stage: Stage, way: Way, place: str, unheld: Stream, *, held: bool = True) -> Trial:
    tokens = stage.pieces(unheld)
    gates = (middle(tokens),) if held else ()
    trial = _leave(stage.fresh(), stage.rehearsal(way, tokens, gates=gates), way, place)
    # What is told by the time that it takes counts when it is seen twice.
    if "collected" in trial.counts:
        trial = _leave(stage.fresh(), stage.rehearsal(way, tokens, gates=gates), way, place)
    return trial


def _leave(llm: Any, this: Rehearsal, way: Way, place: str) -> Trial:
    def act() -> None:
        iterator = iter(this.ask(llm))
        for item in iterator:
            if this.hear(item) and _enough(this, place):
                break
        this.counts["leaving"] = 1
        with uncollected():
            _close(iterator)
            this.gone()

    async def aact() -> None:
        iterator = aiter(this.ask(llm))
        async for item in iterator:
            if this.hear(item) and _enough(this, place):
                break
        await this.rested()
        this.counts["leaving"] = 1
        with uncollected():
            await _aclose(iterator)
            await this.agone()

    return this.trial(this.act(aact if way.asynchronous else act))


def _dropped(stage: Stage, way: Way, unheld: Stream) -> Trial:
    tokens = stage.pieces(unheld)
    llm, this = stage.fresh(), stage.rehearsal(way, tokens, gates=(middle(tokens),))

    async def act() -> None:
        async for item in this.ask(llm):
            if this.hear(item) and _enough(this, MIDST):
                await this.rested()
                break
        this.counts["leaving"] = 1
        await this.agone()

    return this.trial(this.act(act))


def _enough(this: Rehearsal, place: str) -> bool:
    if place == FIRST:
        return True
    if place == LAST:
        return this.heard == "".join(this.cue.tokens)
    # What the model has said counts: what is heard may come late, or in larger pieces.
    quarter = middle(this.cue.tokens) // 2
    return any(take.given >= quarter for take in this.cue.takes)


def beside(this: Rehearsal, other: Rehearsal, act: Any) -> Trial:
    """The record of one of two streams of an instance."""
    done = this.act(act, calls=2)
    other.end()
    other.trial(done)
    return this.trial(done)


def _close(iterator: Iterator[Any]) -> None:
    getattr(iterator, "close", lambda: None)()


async def _aclose(iterator: AsyncIterator[Any]) -> None:
    close = getattr(iterator, "aclose", None)
    if close is not None:
        await close()
