"""Input that no language model takes: a number. It is the one fault that can be provoked in any black box."""

from llm_conformance.observe.context import Context
from llm_conformance.records import Events, Reply, Stream
from llm_conformance.scenarios.registry import scenario

NONSENSE = 42


@scenario(
    reported_by="input.rejects-invalid", method="invoke", model_calls=0, requires=("invoke.completes",), may_raise=True
)
def refused_invoke(ctx: Context) -> Reply:
    """A number, invoked."""
    return ctx.reply(lambda llm: llm.invoke(NONSENSE), on=ctx.new_instance())


@scenario(
    reported_by="input.rejects-invalid",
    method="ainvoke",
    model_calls=0,
    requires=("ainvoke.completes",),
    may_raise=True,
)
def refused_ainvoke(ctx: Context) -> Reply:
    """A number, invoked on a loop."""
    return ctx.areply(lambda llm: llm.ainvoke(NONSENSE), on=ctx.new_instance())


@scenario(
    reported_by="input.rejects-invalid", method="stream", model_calls=0, requires=("stream.completes",), may_raise=True
)
def refused_stream(ctx: Context) -> Stream:
    """A number, streamed."""
    return ctx.stream(lambda llm: llm.stream(NONSENSE), on=ctx.new_instance())


@scenario(
    reported_by="input.rejects-invalid",
    method="astream",
    model_calls=0,
    requires=("astream.completes",),
    may_raise=True,
)
def refused_astream(ctx: Context) -> Stream:
    """A number, streamed on a loop."""
    return ctx.astream(lambda llm: llm.astream(NONSENSE), on=ctx.new_instance())


@scenario(
    reported_by="events.raises",
    method="astream_events",
    model_calls=0,
    requires=("events.completes", "input.rejects-invalid"),
    may_raise=True,
)
def refused_events_v1(ctx: Context) -> Events:
    """A number, as events of version v1."""
    return ctx.events(lambda llm: llm.astream_events(NONSENSE, version="v1"), on=ctx.new_instance())


@scenario(
    reported_by="events.raises",
    method="astream_events",
    model_calls=0,
    requires=("events.completes", "input.rejects-invalid"),
    may_raise=True,
)
def refused_events_v2(ctx: Context) -> Events:
    """A number, as events of version v2."""
    return ctx.events(lambda llm: llm.astream_events(NONSENSE, version="v2"), on=ctx.new_instance())


@scenario(reported_by="invoke.usable-after-error", method="invoke", model_calls=1, requires=("input.rejects-invalid",))
def after_refusal(ctx: Context) -> Reply:
    """The first prompt, invoked on an instance that has just raised."""
    llm = ctx.new_instance()
    ctx.reply(lambda llm: llm.invoke(NONSENSE), on=llm)
    return ctx.reply(lambda llm: llm.invoke(ctx.prompt), on=llm)
