"""The model fails where the script says: before its first token, in the middle, after its last."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import AINVOKE, EVENTS, INVOKE, STREAM, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.controlled_call import LONG_ANSWER, MIDDLE
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Replies, Reply
from llm_conformance.scenarios.fault_calls import read_to_end
from llm_conformance.scenarios.registry import SCRIPT, scenario

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


@scenario(styles=STREAMS, reported_by="errors.empty-answer", requires=(completes,), control=SCRIPT, may_raise=True)
def empty_answer(ctx: Context, style: CallStyle) -> ControlledOutcome:
    """A stream of a model that generates nothing."""
    return read_to_end(ctx.controlled_call(style, ()), ctx.new_instance())


def _failed(ctx: Context, llm: Any, style: CallStyle, place: int) -> ControlledOutcome:
    return read_to_end(ctx.controlled_call(style, LONG_ANSWER, fails=place), llm)
