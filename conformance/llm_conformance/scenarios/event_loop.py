"""The model held while an event loop waits for it: the loop itself must be able to open the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, Way
from llm_conformance.observe.context import Stage
from llm_conformance.observe.controlled_call import Rehearsal, turns
from llm_conformance.records import Stream, Trial
from llm_conformance.scenarios.registry import scenario

_WORDS = (" free", " as", " a", " bird")
AT_ONCE = 3


@scenario(owner="loop.free", method="ainvoke", after=("ainvoke.completes",), held=True, hangs=True)
def free_ainvoke(stage: Stage) -> Trial:
    """ainvoke() of a model that is held before its first token and between two, by gates that the loop opens."""

    async def act(llm: Any, this: Rehearsal) -> None:
        this.hear(await llm.ainvoke(this.cue.prompt))

    return _free(stage, ASTREAM, act, _WORDS)


@scenario(owner="loop.free", method="abatch", after=("abatch.completes",), held=True, hangs=True)
def free_abatch(stage: Stage) -> Trial:
    """abatch() of one prompt, the same."""

    async def act(llm: Any, this: Rehearsal) -> None:
        for answer in await llm.abatch([this.cue.prompt]):
            this.hear(answer)

    return _free(stage, ASTREAM, act, _WORDS)


@scenario(owner="loop.free", method="astream", after=("astream.completes",), held=True, hooked=True, hangs=True)
def free_astream(stage: Stage, astream: Stream) -> Trial:
    """astream(), the same."""
    return _free(stage, ASTREAM, _streamed, stage.pieces(astream, _WORDS))


@scenario(
    owner="loop.free-in-events",
    method="astream_events",
    after=("events.completes",),
    held=True,
    hooked=True,
    hangs=True,
)
def free_v1(stage: Stage, astream: Stream) -> Trial:
    """astream_events() of version v1, the same."""
    return _free(stage, EVENTS_V1, _streamed, stage.pieces(astream, _WORDS))


@scenario(
    owner="loop.free-in-events",
    method="astream_events",
    after=("events.completes",),
    held=True,
    hooked=True,
    hangs=True,
)
def free_v2(stage: Stage, astream: Stream) -> Trial:
    """astream_events() of version v2, the same."""
    return _free(stage, EVENTS_V2, _streamed, stage.pieces(astream, _WORDS))


@scenario(owner="loop.overlaps", method="astream", calls=AT_ONCE + 1, after=("loop.free",), held=True)
def overlapping(stage: Stage) -> Trial:
    """Three prompts at the same time, held for as long as another instance takes for a whole answer."""
    llm, aside = stage.fresh(), stage.fresh()
    trials = [stage.rehearsal(ASTREAM, _WORDS, gates=(0,)) for _ in range(AT_ONCE)]
    first, other = trials[0], stage.rehearsal(ASTREAM, _WORDS)

    async def act() -> None:
        tasks = [asyncio.create_task(_streamed(llm, one)) for one in trials]
        await turns()
        await _streamed(aside, other)
        first.counts["at once"] = sum(len(one.cue.takes) for one in trials)
        for one in trials:
            one.cue.release()
        await asyncio.gather(*tasks)

    done = first.act(act, calls=AT_ONCE + 1)
    for one in (*trials[1:], other):
        one.end()
    return first.trial(done)


def _free(stage: Stage, way: Way, act: Callable[[Any, Rehearsal], Awaitable[None]], tokens: Sequence[str]) -> Trial:
    llm, this = stage.fresh(), stage.rehearsal(way, tokens, gates=(0, len(tokens) // 2))

    async def perform() -> None:
        loop = asyncio.get_running_loop()
        for gate in this.cue.gates.values():
            # Said in whatever thread the model is; done by the loop, if it comes to it.
            gate.herald(partial(loop.call_soon_threadsafe, gate.open))
        await act(llm, this)

    return this.trial(this.act(perform))


async def _streamed(llm: Any, this: Rehearsal) -> None:
    await this.alisten(this.ask(llm))
