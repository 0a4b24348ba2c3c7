"""The model held while an event loop waits for it: the loop itself must be able to open the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import ControlledCall, yield_to_loop
from llm_conformance.records import ControlledOutcome, Milestone, Stream
from llm_conformance.scenarios.registry import scenario

_WORDS = (" free", " as", " a", " bird")
AT_ONCE = 3


@scenario(reported_by="loop.not-blocked", method="ainvoke", requires=("ainvoke.completes",), held=True, may_hang=True)
def free_ainvoke(ctx: Context) -> ControlledOutcome:
    """ainvoke() of a model that is held before its first token and between two, by gates that the loop opens."""

    async def act(llm: Any, this: ControlledCall) -> None:
        this.record(await llm.ainvoke(this.answer.prompt))

    return _free(ctx, ASTREAM, act, _WORDS)


@scenario(reported_by="loop.not-blocked", method="abatch", requires=("abatch.completes",), held=True, may_hang=True)
def free_abatch(ctx: Context) -> ControlledOutcome:
    """abatch() of one prompt, the same."""

    async def act(llm: Any, this: ControlledCall) -> None:
        for answer in await llm.abatch([this.answer.prompt]):
            this.record(answer)

    return _free(ctx, ASTREAM, act, _WORDS)


@scenario(
    reported_by="loop.not-blocked",
    method="astream",
    requires=("astream.completes",),
    held=True,
    hookable=True,
    may_hang=True,
)
def free_astream(ctx: Context, astream: Stream) -> ControlledOutcome:
    """astream(), the same."""
    return _free(ctx, ASTREAM, _streamed, ctx.expected_chunks(astream, _WORDS))


@scenario(
    reported_by="loop.not-blocked-by-events",
    method="astream_events",
    requires=("events.completes",),
    held=True,
    hookable=True,
    may_hang=True,
)
def free_v1(ctx: Context, astream: Stream) -> ControlledOutcome:
    """astream_events() of version v1, the same."""
    return _free(ctx, EVENTS_V1, _streamed, ctx.expected_chunks(astream, _WORDS))


@scenario(
    reported_by="loop.not-blocked-by-events",
    method="astream_events",
    requires=("events.completes",),
    held=True,
    hookable=True,
    may_hang=True,
)
def free_v2(ctx: Context, astream: Stream) -> ControlledOutcome:
    """astream_events() of version v2, the same."""
    return _free(ctx, EVENTS_V2, _streamed, ctx.expected_chunks(astream, _WORDS))


@scenario(
    reported_by="loop.concurrent-calls",
    method="astream",
    model_calls=AT_ONCE + 1,
    requires=("loop.not-blocked",),
    held=True,
)
def overlapping(ctx: Context) -> ControlledOutcome:
    """Three prompts at the same time, held for as long as another instance takes for a whole answer."""
    llm, aside = ctx.new_instance(), ctx.new_instance()
    trials = [ctx.controlled_call(ASTREAM, _WORDS, gates=(0,)) for _ in range(AT_ONCE)]
    first, other = trials[0], ctx.controlled_call(ASTREAM, _WORDS)

    async def act() -> None:
        tasks = [asyncio.create_task(_streamed(llm, one)) for one in trials]
        await yield_to_loop()
        await _streamed(aside, other)
        first.milestones[Milestone.CONCURRENT_CALLS] = sum(len(one.answer.generations) for one in trials)
        for one in trials:
            one.answer.open_gates()
        await asyncio.gather(*tasks)

    done = first.run(act, calls=AT_ONCE + 1)
    for one in (*trials[1:], other):
        one.finish()
    return first.outcome(done)


def _free(
    ctx: Context, style: CallStyle, act: Callable[[Any, ControlledCall], Awaitable[None]], tokens: Sequence[str]
) -> ControlledOutcome:
    llm, this = ctx.new_instance(), ctx.controlled_call(style, tokens, gates=(0, len(tokens) // 2))

    async def perform() -> None:
        loop = asyncio.get_running_loop()
        for gate in this.answer.gates.values():
            # Said in whatever thread the model is; done by the loop, if it comes to it.
            gate.on_wait(partial(loop.call_soon_threadsafe, gate.open))
        await act(llm, this)

    return this.outcome(this.run(perform))


async def _streamed(llm: Any, this: ControlledCall) -> None:
    await this.aread_all(this.start(llm))
