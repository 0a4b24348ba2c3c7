"""A second measurement, where the time of the first suggests a defect: a conforming model is not called again."""

from __future__ import annotations

from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, EVENTS, STREAM, CallStyle, completes
from llm_conformance.observe.context import Context
from llm_conformance.records import Events, EventStreams, Replies, Reply, Stream, Streams
from llm_conformance.scenarios.registry import scenario

_FIRST, _SECOND = "the first time", "the second time"


@scenario(styles=(AINVOKE,), name="timing", reported_by="loop.not-blocked-timing", requires=(completes,))
def timing_of_ainvoke(ctx: Context, _style: CallStyle, same_call: Reply) -> Replies:
    """The first prompt, invoked on a loop, and once more where the loop seemed blocked."""
    by = {_FIRST: same_call}
    if same_call.blocked_loop:
        by[_SECOND] = ctx.reply(lambda llm: llm.ainvoke(ctx.prompt), on_loop=True)
    return Replies(by_label=by)


@scenario(styles=(STREAM,), name="timing", reported_by="live.stream-timing", requires=(completes,))
@scenario(styles=(ASTREAM,), name="timing", reported_by="loop.not-blocked-timing", requires=(completes,))
def timing_of_streams(ctx: Context, style: CallStyle, same_call: Stream) -> Streams:
    """The first prompt, streamed, and once more where the chunks seemed to arrive together or the loop blocked."""
    by = {_FIRST: same_call}
    if same_call.arrived_at_once or same_call.blocked_loop:
        by[_SECOND] = ctx.stream(lambda llm: style.call(llm, ctx.prompt), on_loop=style.asynchronous)
    return Streams(by_label=by)


@scenario(styles=EVENTS, name="timing", reported_by="live.events-timing", requires=(completes,))
def timing_of_events(ctx: Context, style: CallStyle, same_call: Events) -> EventStreams:
    """The first prompt as events, and once more where they seemed to arrive together."""
    by = {_FIRST: same_call}
    if same_call.arrived_at_once:
        by[_SECOND] = ctx.events(lambda llm: style.call(llm, ctx.prompt))
    return EventStreams(by_label=by)
