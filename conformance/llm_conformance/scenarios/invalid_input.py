"""Input that no language model accepts: a number. It is the one failure that can be provoked in any black box."""

from __future__ import annotations

from llm_conformance.observe.call_styles import AINVOKE, EVENTS, INVOKE, STREAMS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.records import Events, Reply, Stream
from llm_conformance.scenarios.registry import scenario

NOT_A_PROMPT = 42


@scenario(
    styles=(INVOKE, AINVOKE),
    name="invalid_input",
    reported_by="input.rejects-invalid",
    model_calls=0,
    requires=(completes,),
    may_raise=True,
)
def invoke_invalid_input(ctx: Context, style: CallStyle) -> Reply:
    """A number, invoked."""
    return ctx.reply(
        lambda llm: getattr(llm, style.method)(NOT_A_PROMPT), on_loop=style.asynchronous, on=ctx.new_instance()
    )


@scenario(
    styles=STREAMS,
    name="invalid_input",
    reported_by="input.rejects-invalid",
    model_calls=0,
    requires=(completes,),
    may_raise=True,
)
def stream_invalid_input(ctx: Context, style: CallStyle) -> Stream:
    """A number, streamed."""
    return ctx.stream(lambda llm: style.call(llm, NOT_A_PROMPT), on_loop=style.asynchronous, on=ctx.new_instance())


@scenario(
    styles=EVENTS,
    name="invalid_input",
    reported_by="events.raises",
    model_calls=0,
    requires=(completes, "input.rejects-invalid"),
    may_raise=True,
)
def events_of_invalid_input(ctx: Context, style: CallStyle) -> Events:
    """A number, as events."""
    return ctx.events(lambda llm: style.call(llm, NOT_A_PROMPT), on=ctx.new_instance())


@scenario(method="invoke", reported_by="invoke.usable-after-error", requires=("input.rejects-invalid",))
def after_invalid_input(ctx: Context) -> Reply:
    """The first prompt, invoked on an instance that has just raised."""
    llm = ctx.new_instance()
    ctx.reply(lambda llm: llm.invoke(NOT_A_PROMPT), on=llm)
    return ctx.reply(lambda llm: llm.invoke(ctx.prompt), on=llm)
