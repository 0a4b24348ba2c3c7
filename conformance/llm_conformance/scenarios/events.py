"""The events of a model that is itself the root."""

from __future__ import annotations

from llm_conformance.observe.call_styles import EVENTS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.records import Events, EventStreams
from llm_conformance.scenarios.registry import scenario


@scenario(
    method="astream_events",
    reported_by="events.completes",
    requires=("astream.completes",),
    same_failure_as=("astream",),
)
def events_v1(ctx: Context) -> Events:
    """The first prompt, as events of version v1."""
    return ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v1"))


@scenario(
    method="astream_events",
    reported_by="events.completes",
    requires=("astream.completes",),
    same_failure_as=("astream",),
)
def events_v2(ctx: Context) -> Events:
    """The first prompt, as events of version v2."""
    return ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v2"))


@scenario(styles=EVENTS, reported_by="events.isolated", model_calls=2, requires=(completes,))
def events_concurrent(ctx: Context, style: CallStyle) -> EventStreams:
    """Two prompts at the same time, as events."""
    return ctx.parallel.events_concurrently(
        {
            "the first prompt": lambda llm: style.call(llm, ctx.prompts[0]),
            "the second prompt": lambda llm: style.call(llm, ctx.prompts[1]),
        }
    )


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
