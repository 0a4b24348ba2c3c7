"""The model is paused while an event loop waits for it: the loop itself must be able to open the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from llm_conformance.observe.call_styles import ABATCH, AINVOKE, ASTREAM, EVENTS, CallStyle, completes
from llm_conformance.observe.client_timeout import is_timeout
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import Act, ControlledCall
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import ControlledOutcome, Milestone, Stream
from llm_conformance.scenarios.registry import SCRIPT, scenario

_TOKENS = (" free", " as", " a", " bird")
CONCURRENT = 3
# A busy machine may answer one more prompt before three requests have arrived.
_OTHER_ANSWERS = 5


@scenario(
    styles=(AINVOKE,), name="loop", reported_by="loop.not-blocked", requires=(completes,), control=SCRIPT, may_hang=True
)
def loop_of_ainvoke(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """ainvoke() of a model that is paused before its first token and between two, by gates that the loop opens."""
    llm, call = ctx.new_instance(), _paused(ctx, style, _TOKENS)

    async def act() -> None:
        call.record(await llm.ainvoke(call.answer.prompt))

    return _opened_by_the_loop(call, act)


@scenario(
    styles=(ABATCH,), name="loop", reported_by="loop.not-blocked", requires=(completes,), control=SCRIPT, may_hang=True
)
def loop_of_abatch(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """abatch() of one prompt to such a model."""
    llm, call = ctx.new_instance(), _paused(ctx, style, _TOKENS)

    async def act() -> None:
        for answer in await llm.abatch([call.answer.prompt]):
            call.record(answer)

    return _opened_by_the_loop(call, act)


@scenario(
    styles=(ASTREAM,),
    reported_by="loop.not-blocked",
    requires=(completes,),
    control=SCRIPT,
    hookable=True,
    may_hang=True,
)
@scenario(
    styles=EVENTS,
    reported_by="loop.not-blocked-by-events",
    requires=(completes,),
    control=SCRIPT,
    hookable=True,
    may_hang=True,
)
def loop(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """A stream of such a model."""
    tokens = ctx.expected_chunks(plain, _TOKENS)
    llm, call = ctx.new_instance(), _paused(ctx, style, tokens)
    return _opened_by_the_loop(call, lambda: call.read_all(call.items(llm)))


@scenario(
    method="astream",
    reported_by="loop.concurrent-calls",
    model_calls=CONCURRENT + _OTHER_ANSWERS,
    requires=("loop.not-blocked",),
    control=SCRIPT,
)
def concurrent_calls(ctx: Context) -> ControlledOutcome:
    """Three prompts at the same time, paused for as long as another instance takes for some whole answers."""
    llm, other_llm = ctx.new_instance(), ctx.new_instance()
    calls = [ctx.controlled_call(ASTREAM, _TOKENS, gates=(0,)) for _ in range(CONCURRENT)]
    first, others = calls[0], [ctx.controlled_call(ASTREAM, _TOKENS) for _ in range(_OTHER_ANSWERS)]

    async def act() -> None:
        tasks = [asyncio.create_task(call.read_all(call.items(llm))) for call in calls]
        await first.yield_to_loop()
        begun = 0
        for other in others:
            await other.read_all(other.items(other_llm))
            begun = sum(len(call.answer.generations) for call in calls)
            if begun == CONCURRENT:
                break
        # At the deadline the harness opens the gates, and whatever waited for them goes on.
        if not first.timed_out:
            first.milestones[Milestone.CONCURRENT_CALLS] = begun
        for call in calls:
            call.answer.open_gates()
        await asyncio.gather(*tasks)

    done = first.run(act, beside=(*calls[1:], *others))
    for call in (*calls[1:], *others):
        call.finish()
    if (done.hung is not None or is_timeout(done.raised)) and Milestone.CONCURRENT_CALLS not in first.milestones:
        raise Inconclusive("the model does not answer another instance while the harness holds an answer back")
    return first.outcome(done)


def _paused(ctx: Context, style: CallStyle, tokens: Sequence[str]) -> ControlledCall:
    return ctx.controlled_call(style, tokens, gates=(0, len(tokens) // 2))


def _opened_by_the_loop(call: ControlledCall, act: Act) -> ControlledOutcome:
    async def open_and_act() -> None:
        loop = asyncio.get_running_loop()
        for gate in call.answer.gates.values():
            # Requested in the thread of the model, whichever it is; done by the loop, if it is free to do so.
            gate.on_wait(partial(loop.call_soon_threadsafe, gate.open))
        await act()

    return call.outcome(call.run(open_and_act))
