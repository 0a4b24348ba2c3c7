"""The events of a model that is itself the root."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import EVENTS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.kept_answers import KEPT_ANSWERS, keeps_answers
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
    return _events(ctx, "v1")


@scenario(
    method="astream_events",
    reported_by="events.completes",
    requires=("astream.completes",),
    same_failure_as=("astream",),
)
def events_v2(ctx: Context) -> Events:
    """The first prompt, as events of version v2."""
    return _events(ctx, "v2")


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


@scenario(reported_by="input.not-mutated", method="astream_events", requires=("events.completes",), may_raise=True)
def message_list_events(ctx: Context) -> Events:
    """The first prompt as a list of one message, as events; a model may reject it, but not mutate it."""
    messages = [("human", ctx.prompt)]
    return ctx.events(lambda llm: llm.astream_events(messages, version="v2"), input=messages)


def _events(ctx: Context, version: str) -> Events:
    """The events of a prompt that other calls have asked: there are none for an answer that the model has kept."""
    found = ctx.events(lambda llm: llm.astream_events(ctx.prompt, version=version))
    if found.events or found.hung is not None or not keeps_answers(ctx, version):
        return found
    return replace(found, inconclusive=KEPT_ANSWERS)
