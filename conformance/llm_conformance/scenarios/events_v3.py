"""The events of version v3 of a chat model, and the projections of their stream."""

from __future__ import annotations

from llm_conformance.observe.call_styles import ASTREAM_EVENTS_V3, STREAM_EVENTS_V3
from llm_conformance.observe.context import Context
from llm_conformance.records import V3Stream
from llm_conformance.scenarios.registry import scenario

# Only a model that has it speaks v3: `astream_events()` is older.
_API = ("stream_events",)


@scenario(
    method="stream_events",
    reported_by="events-v3.completes",
    requires=("stream.completes",),
    same_failure_as=("stream",),
)
def stream_events_v3(ctx: Context) -> V3Stream:
    """The first prompt, as events of version v3, read in a thread."""
    return ctx.v3(STREAM_EVENTS_V3, ctx.prompt)


@scenario(
    method="astream_events",
    other_methods=_API,
    reported_by="events-v3.completes",
    requires=("astream.completes",),
    same_failure_as=("astream",),
)
def astream_events_v3(ctx: Context) -> V3Stream:
    """The first prompt, as events of version v3, read on the event loop."""
    return ctx.v3(ASTREAM_EVENTS_V3, ctx.prompt)
