"""The events of version v3 of a chat model, and the projections of their stream."""

from __future__ import annotations

from typing import Any

from llm_conformance.observe.call_styles import (
    ASTREAM_EVENTS_V3,
    EVENTS_V3,
    STREAM_EVENTS_V3,
    CallStyle,
)
from llm_conformance.observe.context import Context
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.observe.tools import bind, tools_of
from llm_conformance.records import V3Stream, V3Streams
from llm_conformance.scenarios.chat_answers import message_of
from llm_conformance.scenarios.registry import SCRIPT, scenario
from llm_fixtures import golden

# Only a model that has it speaks v3: `astream_events()` is older.
_API = ("stream_events",)
# One of each kind of block, and blocks that begin before another has ended.
_GOLDEN = (
    "chat-call",
    "chat-text-then-call",
    "chat-reasoning-then-text",
    "chat-parallel-calls",
    "chat-interleaved-calls",
)
_TEXT_ALONE = "the model takes text alone from the script: `play`, not `play_events`"


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


@scenario(
    styles=EVENTS_V3,
    reported_by="events-v3.completes",
    other_methods=_API,
    model_calls=len(_GOLDEN),
    requires=("calls.completes", "calls.exact"),
    control=SCRIPT,
)
def v3_answers(ctx: Context, style: CallStyle) -> V3Streams:
    """Golden streams of calls, text and reasoning as events of version v3, each with the tools bound that it calls."""
    by: dict[str, V3Stream] = {}
    without_tools, refused = False, ""
    for stream in map(golden, _GOLDEN):
        llm: Any = ctx.instance
        if tools := tools_of(stream):
            binding = bind(ctx, llm, tools)
            # What wraps a model may be older than version v3.
            llm = binding.llm if hasattr(binding.llm, "stream_events") else None
            without_tools, refused = without_tools or llm is None, refused or binding.refused
        if llm is None:
            continue
        planned = ctx.controller.plan_golden(stream)
        try:
            found = ctx.v3(style, planned.prompt, on=llm, said=ctx.value_record(message_of(stream)))
            if planned.text_alone:
                raise Inconclusive(_TEXT_ALONE)
        finally:
            ctx.controller.discard(planned)
        by[stream.name] = found
        if found.hung is not None:
            break
    return V3Streams(by_label=by, without_tools=without_tools, refused=refused)
