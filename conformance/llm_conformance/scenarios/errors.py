"""The model fails where the script says: before its first token, in the middle, behind its last."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import ASTREAM, EVENTS_V1, EVENTS_V2, STREAM, CallStyle
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Replies, Reply
from llm_conformance.scenarios.registry import scenario
from llm_conformance.scenarios.wire_faults import heard

FAILS_OTHERWISE = "a provider fails by the faults of its wire"
PLACES = {"before the first token": 0, "in the middle": MIDDLE, "behind the last token": len(LONG_ANSWER)}


@scenario(
    reported_by="errors.invoke",
    method="invoke",
    requires=("invoke.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
    may_raise=True,
)
def failing_invoke(ctx: Context) -> Reply:
    """invoke() of a model that fails in the middle of its answer."""
    cue = ctx.controller.plan(LONG_ANSWER, fails=MIDDLE)
    return ctx.reply(lambda llm: llm.invoke(cue.prompt), on=ctx.new_instance())


@scenario(
    reported_by="errors.invoke",
    method="ainvoke",
    requires=("ainvoke.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
    may_raise=True,
)
def failing_ainvoke(ctx: Context) -> Reply:
    """The same on a loop."""
    cue = ctx.controller.plan(LONG_ANSWER, fails=MIDDLE)
    return ctx.areply(lambda llm: llm.ainvoke(cue.prompt), on=ctx.new_instance())


@scenario(
    reported_by="errors.stream",
    method="stream",
    model_calls=3,
    requires=("stream.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_stream(ctx: Context) -> ControlledOutcomes:
    """stream() of a model that fails before its first token, in the middle, and behind its last."""
    return _failing(ctx, STREAM)


@scenario(
    reported_by="errors.stream",
    method="astream",
    model_calls=3,
    requires=("astream.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_astream(ctx: Context) -> ControlledOutcomes:
    """The same on a loop."""
    return _failing(ctx, ASTREAM)


@scenario(
    reported_by="errors.events",
    method="astream_events",
    model_calls=3,
    requires=("events.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_v1(ctx: Context) -> ControlledOutcomes:
    """The same as events of version v1."""
    return _failing(ctx, EVENTS_V1)


@scenario(
    reported_by="errors.events",
    method="astream_events",
    model_calls=3,
    requires=("events.completes",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def failing_v2(ctx: Context) -> ControlledOutcomes:
    """The same as events of version v2."""
    return _failing(ctx, EVENTS_V2)


@scenario(
    reported_by="errors.usable-after",
    method="stream",
    model_calls=6,
    requires=("errors.stream",),
    held=True,
    not_on_wire=FAILS_OTHERWISE,
)
def after_failures(ctx: Context) -> Replies:
    """The first prompt, invoked by an instance each of whose streams has failed at another place."""
    llm = ctx.new_instance()
    replies = {}
    for name, place in PLACES.items():
        _listened(ctx, llm, STREAM, LONG_ANSWER, place)
        replies[f"after a stream that failed {name}"] = (llm, lambda llm: llm.invoke(ctx.prompt))
    return ctx.replies(replies)


@scenario(reported_by="errors.empty-answer", method="stream", requires=("stream.completes",), held=True, may_raise=True)
def silent_stream(ctx: Context) -> ControlledOutcome:
    """stream() of a model that has nothing to say."""
    return _listened(ctx, ctx.new_instance(), STREAM, (), None)


@scenario(
    reported_by="errors.empty-answer", method="astream", requires=("astream.completes",), held=True, may_raise=True
)
def silent_astream(ctx: Context) -> ControlledOutcome:
    """The same on a loop."""
    return _listened(ctx, ctx.new_instance(), ASTREAM, (), None)


def _failing(ctx: Context, style: CallStyle) -> ControlledOutcomes:
    by = {}
    for name, place in PLACES.items():
        by[name] = _listened(ctx, ctx.new_instance(), style, LONG_ANSWER, place)
        if by[name].hung is not None:
            break
    return ControlledOutcomes(by_label=by)


def _listened(
    ctx: Context, llm: Any, style: CallStyle, tokens: tuple[str, ...], fails: int | None
) -> ControlledOutcome:
    return heard(ctx.controlled_call(style, tokens, fails=fails), llm)
