"""The events of a model that is itself the root."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.observe.call_styles import EVENTS, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.observe.kept_answers import KEPT_ANSWERS, unasked_prompt
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


def _events(ctx: Context, version: str) -> Events:
    """The events of a prompt that other calls have asked.

    Without a run langchain-core has no events in v2, and raises in v1. A model keeps its answers if it has events for a
    prompt that no call has asked, and none for the same prompt again.
    """
    found = _of_prompt(ctx, ctx.prompt, version)
    if found.events or found.hung is not None:
        return found
    with unasked_prompt(ctx) as prompt:
        new = _of_prompt(ctx, prompt, version)
        kept = bool(new.events) and not new.failed and not _of_prompt(ctx, prompt, version).events
    return replace(found, inconclusive=KEPT_ANSWERS) if kept else found


def _of_prompt(ctx: Context, prompt: str, version: str) -> Events:
    return ctx.events(lambda llm: llm.astream_events(prompt, version=version))
