"""The events of a model that is itself the root."""

from llm_conformance.observe.context import Context
from llm_conformance.records import Events, EventStreams
from llm_conformance.scenarios.registry import scenario


@scenario(
    reported_by="events.completes",
    method="astream_events",
    requires=("astream.completes",),
    same_failure_as=("astream",),
)
def events_v1(ctx: Context) -> Events:
    """The first prompt, as events of version v1."""
    return ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v1"))


@scenario(
    reported_by="events.completes",
    method="astream_events",
    requires=("astream.completes",),
    same_failure_as=("astream",),
)
def events_v2(ctx: Context) -> Events:
    """The first prompt, as events of version v2."""
    return ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v2"))


@scenario(reported_by="events.isolated", method="astream_events", model_calls=2, requires=("events.completes",))
def events_at_once_v1(ctx: Context) -> EventStreams:
    """Two prompts at the same time, as events of version v1."""
    return ctx.events_concurrently(
        {
            "the first prompt": lambda llm: llm.astream_events(ctx.prompts[0], version="v1"),
            "the second prompt": lambda llm: llm.astream_events(ctx.prompts[1], version="v1"),
        }
    )


@scenario(reported_by="events.isolated", method="astream_events", model_calls=2, requires=("events.completes",))
def events_at_once_v2(ctx: Context) -> EventStreams:
    """Two prompts at the same time, as events of version v2."""
    return ctx.events_concurrently(
        {
            "the first prompt": lambda llm: llm.astream_events(ctx.prompts[0], version="v2"),
            "the second prompt": lambda llm: llm.astream_events(ctx.prompts[1], version="v2"),
        }
    )


@scenario(reported_by="events.v3", method="astream_events", requires=("events.completes",), may_raise=True)
def events_v3(ctx: Context) -> Events:
    """The first prompt, as events of version v3."""
    return ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v3"))


@scenario(
    reported_by="events.unknown-version",
    method="astream_events",
    model_calls=0,
    requires=("events.completes",),
    may_raise=True,
)
def events_v99(ctx: Context) -> Events:
    """The first prompt, as events of a version that does not exist."""
    return ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v99"))
