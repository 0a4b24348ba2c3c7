"""A consumer that leaves before the answer is whole: by close(), by aclose(), by break, by cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from llm_conformance.model import Stream, Trial, Trials
from llm_conformance.registry import scenario
from llm_conformance.scenarios.rehearsal import LONG, MIDDLE, Rehearsal
from llm_conformance.scenarios.stage import Stage
from llm_conformance.scenarios.ways import ASTREAM, EVENTS_V2, STREAM, Way, nested

FIRST, MIDST, LAST = "at the first chunk", "in the middle", "at the last chunk"
_QUARTER = MIDDLE // 2
_CHAIN = ("__or__", "__ror__")
# A model that gives its answer in one piece is left when it has given it.
_NOT_STREAMED = Trials(by={})


@scenario(owner="close.stops", method="stream", calls=3, after=("live.delivers",), held=True)
def closed_stream(stage: Stage, stream: Stream) -> Trials:
    """stream(), closed at the first chunk, in the middle, and at the last chunk."""
    return _closed(stage, STREAM, stream)


@scenario(owner="close.stops-on-loop", method="astream", calls=3, after=("live.delivers",), held=True)
def closed_astream(stage: Stage, astream: Stream) -> Trials:
    """astream(), closed at the first chunk, in the middle, and at the last chunk."""
    return _closed(stage, ASTREAM, astream)


@scenario(owner="close.break", method="astream", after=("live.delivers", "close.stops-on-loop"), held=True)
def dropped_astream(stage: Stage, astream: Stream) -> Trials:
    """astream(), left by break in the middle; nobody keeps the iterator."""
    return Trials(by={MIDST: _dropped(stage, ASTREAM)}) if astream.many else _NOT_STREAMED


@scenario(owner="close.events", method="astream_events", calls=2, after=("live.events",), held=True)
def closed_v2(stage: Stage, astream: Stream) -> Trials:
    """astream_events() of version v2, closed in the middle, and left by break there."""
    if not astream.many:
        return _NOT_STREAMED
    by = {f"closed {MIDST}": _left(stage, EVENTS_V2, MIDST)}
    if by[f"closed {MIDST}"].hung is None:
        by[f"left by break {MIDST}"] = _dropped(stage, EVENTS_V2)
    return Trials(by=by)


@scenario(owner="close.nested", method="stream", also=_CHAIN, after=("close.stops", "live.nested"), held=True)
def closed_nested_stream(stage: Stage, stream: Stream) -> Trials:
    """A chain in which the model is the middle step, streamed and closed at the first chunk."""
    return Trials(by={FIRST: _left(stage, nested(STREAM), FIRST, gates=())}) if stream.many else _NOT_STREAMED


@scenario(owner="close.nested", method="astream", also=_CHAIN, after=("close.stops-on-loop", "live.nested"), held=True)
def closed_nested_astream(stage: Stage, astream: Stream) -> Trials:
    """The same on a loop."""
    return Trials(by={FIRST: _left(stage, nested(ASTREAM), FIRST)}) if astream.many else _NOT_STREAMED


@scenario(owner="cancel.ends-task", method="astream", calls=4, after=("astream.completes", "loop.free"), held=True)
def cancelled_astream(stage: Stage, astream: Stream) -> Trials:
    """The task that reads astream() is cancelled while the model is silent, and between two chunks."""
    return _cancelled(stage, ASTREAM, astream)


@scenario(owner="cancel.ends-call", method="ainvoke", after=("ainvoke.completes", "loop.free"), held=True)
def cancelled_ainvoke(stage: Stage) -> Trials:
    """The task that awaits ainvoke() is cancelled while the model is silent."""
    llm, this = stage.fresh(), stage.rehearsal(ASTREAM, gates=(MIDDLE,))

    async def consume() -> None:
        this.hear(await llm.ainvoke(this.cue.prompt))

    return Trials(by={MIDST: _cancel(this, consume)})


@scenario(
    owner="cancel.ends-reader", method="astream_events", calls=4, after=("events.completes", "loop.free"), held=True
)
def cancelled_v2(stage: Stage, astream: Stream) -> Trials:
    """The task that reads astream_events() of version v2 is cancelled, the same."""
    return _cancelled(stage, EVENTS_V2, astream)


@scenario(owner="cancel.usable", method="astream", calls=2, after=("cancel.ends-task",), held=True)
def after_cancelling(stage: Stage) -> Stream:
    """The first prompt, streamed by an instance of which another stream was cancelled."""
    llm, this = stage.fresh(), stage.rehearsal(ASTREAM, gates=(MIDDLE,))
    _cancel(this, lambda: this.alisten(this.ask(llm)))
    return stage.astream(lambda llm: llm.astream(stage.prompt), on=llm)


@scenario(owner="close.others-go-on", method="stream", calls=2, after=("close.stops",), held=True)
def beside_closed_stream(stage: Stage) -> Trial:
    """One of two streams of an instance is closed after a chunk of each; the other is read to its end."""
    llm, this, other = stage.fresh(), stage.rehearsal(STREAM), stage.rehearsal(STREAM, LONG[::-1])

    def act() -> None:
        mine, its = this.ask(llm), other.ask(llm)
        any(map(other.hear, its))
        any(map(this.hear, mine))
        its.close()
        this.listen(mine)

    return _beside(this, other, act)


@scenario(owner="close.others-go-on", method="astream", calls=2, after=("close.stops-on-loop",), held=True)
def beside_closed_astream(stage: Stage) -> Trial:
    """The same on a loop."""
    llm, this, other = stage.fresh(), stage.rehearsal(ASTREAM), stage.rehearsal(ASTREAM, LONG[::-1])

    async def act() -> None:
        mine, its = this.ask(llm), other.ask(llm)
        other.hear(await anext(its))
        this.hear(await anext(mine))
        await its.aclose()
        await this.alisten(mine)

    return _beside(this, other, act)


@scenario(owner="cancel.others-go-on", method="astream", calls=2, after=("cancel.ends-task",), held=True)
def beside_cancelled_astream(stage: Stage) -> Trial:
    """One of two streams of an instance is cancelled while the model is silent; the other is read to its end."""
    llm, this = stage.fresh(), stage.rehearsal(ASTREAM)
    other = stage.rehearsal(ASTREAM, LONG[::-1], gates=(MIDDLE,))

    async def act() -> None:
        loop = asyncio.get_running_loop()
        mine = aiter(this.ask(llm))
        this.hear(await anext(mine))
        task = asyncio.create_task(_streamed(llm, other))
        other.cue.gates[MIDDLE].herald(lambda: loop.call_soon_threadsafe(task.cancel))
        await asyncio.wait({task})
        await this.alisten(mine)

    return _beside(this, other, act)


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


@scenario(owner="cancel.ends", method="astream", after=("astream.completes",))
def cut_astream(stage: Stage) -> Trial:
    """The task that streams the first prompt is cancelled between two chunks, if the model lets it be."""
    return _cut(stage, ASTREAM)


@scenario(owner="cancel.ends", method="astream_events", after=("events.completes",))
def cut_v2(stage: Stage) -> Trial:
    """The same as events of version v2."""
    return _cut(stage, EVENTS_V2)


def _closed(stage: Stage, way: Way, unheld: Stream) -> Trials:
    by: dict[str, Trial] = {}
    for place in (FIRST, MIDST, LAST) if unheld.many else ():
        by[place] = _left(stage, way, place)
        if by[place].hung is not None:
            break
    return Trials(by=by)


def _left(stage: Stage, way: Way, place: str, *, gates: tuple[int, ...] = (MIDDLE,)) -> Trial:
    return _leave(stage.fresh(), stage.rehearsal(way, gates=() if place == LAST else gates), way, place)


def _leave(llm: Any, this: Rehearsal, way: Way, place: str) -> Trial:
    def act() -> None:
        iterator = iter(this.ask(llm))
        for item in iterator:
            if this.hear(item) and _enough(this, place):
                break
        this.counts["leaving"] = 1
        _close(iterator)
        this.gone()

    async def aact() -> None:
        iterator = aiter(this.ask(llm))
        async for item in iterator:
            if this.hear(item) and _enough(this, place):
                break
        this.counts["leaving"] = 1
        await _aclose(iterator)
        await this.agone()

    return this.trial(this.act(aact if way.asynchronous else act))


def _dropped(stage: Stage, way: Way) -> Trial:
    llm, this = stage.fresh(), stage.rehearsal(way, gates=(MIDDLE,))

    async def act() -> None:
        async for item in this.ask(llm):
            if this.hear(item) and _enough(this, MIDST):
                break
        this.counts["leaving"] = 1
        await this.agone()

    return this.trial(this.act(act))


def _enough(this: Rehearsal, place: str) -> bool:
    if place == FIRST:
        return True
    if place == LAST:
        return this.heard == "".join(LONG)
    # What the model has said counts: what is heard may come late, or in larger pieces.
    return any(take.given >= _QUARTER for take in this.cue.takes)


def _cancelled(stage: Stage, way: Way, unheld: Stream) -> Trials:
    places = {"before the first token": 0, MIDST: MIDDLE, "before the last token": len(LONG) - 1}
    by: dict[str, Trial] = {}
    for name, place in places.items():
        by[name] = _cancelled_at(stage, way, place, unheld)
        if by[name].hung is not None:
            return Trials(by=by)
    if unheld.many:
        by["between two chunks"] = _cancelled_between(stage, way)
    return Trials(by=by)


def _cancelled_at(stage: Stage, way: Way, place: int, unheld: Stream) -> Trial:
    llm, this = stage.fresh(), stage.rehearsal(way, gates=(place,))
    trial = _cancel(this, lambda: this.alisten(this.ask(llm)))
    return trial if unheld.many else replace(trial, given={"streams": "no"})


def _cut(stage: Stage, way: Way) -> Trial:
    return _cancel_between(stage.fresh(), stage.watched(way))


def _cancelled_between(stage: Stage, way: Way) -> Trial:
    return _cancel_between(stage.fresh(), stage.rehearsal(way, gates=(MIDDLE,)))


def _cancel_between(llm: Any, this: Rehearsal) -> Trial:
    async def consume() -> None:
        task = asyncio.current_task()
        async for item in this.ask(llm):
            if this.hear(item) and task is not None and "asked" not in this.counts:
                # It comes when the task has re-entered the model, and waits there.
                asyncio.get_running_loop().call_soon(_cancel_task, this, task)

    return _cancel(this, consume)


def _cancel(this: Rehearsal, consume: Any) -> Trial:
    async def act() -> None:
        this.counts["leaving"] = 1
        if await _cancelled_task(this, consume):
            await this.agone()
        else:
            this.counts["swallowed"] = 1

    return this.trial(this.act(act))


def _cancel_task(this: Rehearsal, task: asyncio.Task[Any]) -> None:
    this.counts["asked"] = int(task.cancel())


async def _cancelled_task(this: Rehearsal, consume: Any) -> bool:
    """Whether it ended cancelled. A task that is kept keeps the frames of the model, so nobody keeps it."""
    task = asyncio.create_task(consume())
    cancel = partial(asyncio.get_running_loop().call_soon_threadsafe, task.cancel)
    for gate in this.cue.gates.values():
        gate.herald(cancel)
    await asyncio.wait({task})
    for gate in this.cue.gates.values():
        gate.silence()
    if not task.cancelled():
        task.result()
    return task.cancelled()


def _beside(this: Rehearsal, other: Rehearsal, act: Any) -> Trial:
    done = this.act(act, calls=2)
    other.end()
    return this.trial(done)


async def _streamed(llm: Any, this: Rehearsal) -> None:
    await this.alisten(this.ask(llm))


def _close(iterator: Iterator[Any]) -> None:
    getattr(iterator, "close", lambda: None)()


async def _aclose(iterator: AsyncIterator[Any]) -> None:
    close = getattr(iterator, "aclose", None)
    if close is not None:
        await close()
