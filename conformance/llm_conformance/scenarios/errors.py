"""The model fails where the script says: before its first token, in the middle, after its last."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from llm_conformance.control.controller import GOLDEN
from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS, INVOKE, STREAM, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE, ControlledCall
from llm_conformance.observe.fault_calls import read_to_end
from llm_conformance.observe.inconclusive import gate_position
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Replies, Reply, Stream
from llm_conformance.scenarios.close import beside
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_conformance.simulator import FAULTS
from llm_fixtures import golden

FAILS_BY_FAULTS = "the checks of the wire judge it: a provider fails by its faults"
PLACES = {"before the first token": 0, "in the middle": MIDDLE, "after the last token": len(LONG_ANSWER)}


@scenario(
    styles=(INVOKE, AINVOKE),
    name="failing",
    reported_by="errors.invoke",
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
    may_raise=True,
)
def failing_invoke(ctx: Context, style: CallStyle) -> Reply:
    """The answer of a model that fails in the middle of it."""
    answer = ctx.controller.plan(LONG_ANSWER, fails=MIDDLE)
    return ctx.reply(
        lambda llm: getattr(llm, style.method)(answer.prompt), on_loop=style.asynchronous, on=ctx.new_instance()
    )


@scenario(
    styles=STREAMS,
    reported_by="errors.stream",
    model_calls=3,
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
@scenario(
    styles=EVENTS,
    reported_by="errors.events",
    model_calls=3,
    requires=(completes,),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
def failing(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    """A stream of a model that fails before its first token, in the middle, and after its last."""
    by = {}
    for name, place in PLACES.items():
        by[name] = _failed(ctx, ctx.new_instance(), style, place)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


@scenario(
    method="stream",
    reported_by="errors.usable-after",
    model_calls=6,
    requires=("errors.stream",),
    control=SCRIPT,
    not_on_wire=FAILS_BY_FAULTS,
)
def after_failures(ctx: Context) -> Replies:
    """The first prompt, invoked by an instance each of whose streams has failed at another place."""
    llm = ctx.new_instance()
    replies = {}
    for name, place in PLACES.items():
        _failed(ctx, llm, STREAM, place)
        replies[f"after a stream that failed {name}"] = (llm, lambda llm: llm.invoke(ctx.prompt))
    return ctx.replies(replies)


@scenario(
    styles=(STREAM,),
    reported_by="errors.isolated",
    model_calls=2,
    requires=("isolation.interleaved",),
    same_failure_as=("interleaved",),
    control=SCRIPT,
)
@scenario(
    styles=(ASTREAM,),
    reported_by="errors.isolated",
    model_calls=2,
    requires=("isolation.concurrent",),
    same_failure_as=("interleaved",),
    control=SCRIPT,
)
def failing_other(ctx: Context, style: CallStyle, plain: Stream) -> ControlledOutcome:
    """One of two streams of an instance fails after a chunk of the other, which is then read to its end."""
    tokens = ctx.expected_chunks(plain)
    llm = ctx.new_instance()
    call = ctx.controlled_call(style, tokens, gates=(gate_position(tokens),) if plain.streamed else ())
    other = _failing_call(ctx, style)

    async def act() -> None:
        items = call.items(llm)
        await call.read_to_text(items)
        with suppress(Exception):
            await other.read_all(other.items(llm))
        call.answer.open_gates()
        await call.read_all(items)

    return beside(call, other, act)


def _failing_call(ctx: Context, style: CallStyle) -> ControlledCall:
    if not ctx.controller.sends_eagerly:
        return ctx.controlled_call(style, LONG_ANSWER, fails=MIDDLE)
    return ctx.controlled_call(style, answer=ctx.wire.plan_golden(golden(GOLDEN[0]), FAULTS["http_401"]))


@scenario(styles=STREAMS, reported_by="errors.empty-answer", requires=(completes,), control=SCRIPT, may_raise=True)
def empty_answer(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """A stream of a model that generates nothing."""
    return read_to_end(ctx.controlled_call(style, ()), ctx.new_instance())


def _failed(ctx: Context, llm: Any, style: CallStyle, place: int) -> ControlledOutcome:
    return read_to_end(ctx.controlled_call(style, LONG_ANSWER, fails=place), llm)
