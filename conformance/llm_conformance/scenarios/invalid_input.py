"""Input that no language model takes: a number. It is the one fault that can be provoked in any black box."""

from llm_conformance.observe.context import Stage
from llm_conformance.records import Events, Reply, Stream
from llm_conformance.scenarios.registry import scenario

NONSENSE = 42


@scenario(owner="input.refuses-nonsense", method="invoke", calls=0, after=("invoke.completes",), raises=True)
def refused_invoke(stage: Stage) -> Reply:
    """A number, invoked."""
    return stage.reply(lambda llm: llm.invoke(NONSENSE), on=stage.fresh())


@scenario(owner="input.refuses-nonsense", method="ainvoke", calls=0, after=("ainvoke.completes",), raises=True)
def refused_ainvoke(stage: Stage) -> Reply:
    """A number, invoked on a loop."""
    return stage.areply(lambda llm: llm.ainvoke(NONSENSE), on=stage.fresh())


@scenario(owner="input.refuses-nonsense", method="stream", calls=0, after=("stream.completes",), raises=True)
def refused_stream(stage: Stage) -> Stream:
    """A number, streamed."""
    return stage.stream(lambda llm: llm.stream(NONSENSE), on=stage.fresh())


@scenario(owner="input.refuses-nonsense", method="astream", calls=0, after=("astream.completes",), raises=True)
def refused_astream(stage: Stage) -> Stream:
    """A number, streamed on a loop."""
    return stage.astream(lambda llm: llm.astream(NONSENSE), on=stage.fresh())


@scenario(
    owner="events.raises",
    method="astream_events",
    calls=0,
    after=("events.completes", "input.refuses-nonsense"),
    raises=True,
)
def refused_events_v1(stage: Stage) -> Events:
    """A number, as events of version v1."""
    return stage.events(lambda llm: llm.astream_events(NONSENSE, version="v1"), on=stage.fresh())


@scenario(
    owner="events.raises",
    method="astream_events",
    calls=0,
    after=("events.completes", "input.refuses-nonsense"),
    raises=True,
)
def refused_events_v2(stage: Stage) -> Events:
    """A number, as events of version v2."""
    return stage.events(lambda llm: llm.astream_events(NONSENSE, version="v2"), on=stage.fresh())


@scenario(owner="invoke.usable-after-error", method="invoke", calls=1, after=("input.refuses-nonsense",))
def after_refusal(stage: Stage) -> Reply:
    """The first prompt, invoked on an instance that has just raised."""
    llm = stage.fresh()
    stage.reply(lambda llm: llm.invoke(NONSENSE), on=llm)
    return stage.reply(lambda llm: llm.invoke(stage.prompt), on=llm)
