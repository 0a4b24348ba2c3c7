"""Input that no language model takes: a number. It is the one fault that can be provoked in any black box."""

from llm_conformance.observe.context import Context
from llm_conformance.records import Events, Reply, Stream
from llm_conformance.scenarios.registry import scenario

NONSENSE = 42


@scenario(reported_by="input.refuses-nonsense", method="invoke", model_calls=0, requires=("invoke.completes",), may_raise=True)
def refused_invoke(stage: Context) -> Reply:
    """A number, invoked."""
    return stage.reply(lambda llm: llm.invoke(NONSENSE), on=stage.new_instance())


@scenario(reported_by="input.refuses-nonsense", method="ainvoke", model_calls=0, requires=("ainvoke.completes",), may_raise=True)
def refused_ainvoke(stage: Context) -> Reply:
    """A number, invoked on a loop."""
    return stage.areply(lambda llm: llm.ainvoke(NONSENSE), on=stage.new_instance())


@scenario(reported_by="input.refuses-nonsense", method="stream", model_calls=0, requires=("stream.completes",), may_raise=True)
def refused_stream(stage: Context) -> Stream:
    """A number, streamed."""
    return stage.stream(lambda llm: llm.stream(NONSENSE), on=stage.new_instance())


@scenario(reported_by="input.refuses-nonsense", method="astream", model_calls=0, requires=("astream.completes",), may_raise=True)
def refused_astream(stage: Context) -> Stream:
    """A number, streamed on a loop."""
    return stage.astream(lambda llm: llm.astream(NONSENSE), on=stage.new_instance())


@scenario(
    reported_by="events.raises",
    method="astream_events",
    model_calls=0,
    requires=("events.completes", "input.refuses-nonsense"),
    may_raise=True,
)
def refused_events_v1(stage: Context) -> Events:
    """A number, as events of version v1."""
    return stage.events(lambda llm: llm.astream_events(NONSENSE, version="v1"), on=stage.new_instance())


@scenario(
    reported_by="events.raises",
    method="astream_events",
    model_calls=0,
    requires=("events.completes", "input.refuses-nonsense"),
    may_raise=True,
)
def refused_events_v2(stage: Context) -> Events:
    """A number, as events of version v2."""
    return stage.events(lambda llm: llm.astream_events(NONSENSE, version="v2"), on=stage.new_instance())


@scenario(reported_by="invoke.usable-after-error", method="invoke", model_calls=1, requires=("input.refuses-nonsense",))
def after_refusal(stage: Context) -> Reply:
    """The first prompt, invoked on an instance that has just raised."""
    llm = stage.new_instance()
    stage.reply(lambda llm: llm.invoke(NONSENSE), on=llm)
    return stage.reply(lambda llm: llm.invoke(stage.prompt), on=llm)
