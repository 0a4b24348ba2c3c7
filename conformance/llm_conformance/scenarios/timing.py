"""A second time, where time accuses the first: a conforming model is not asked again."""

from llm_conformance.observe.context import Context
from llm_conformance.records import Events, EventStreams, Replies, Reply, Stream, Streams
from llm_conformance.scenarios.registry import scenario

_FIRST, _SECOND = "the first time", "the second time"


@scenario(reported_by="loop.not-blocked-timing", method="ainvoke", requires=("ainvoke.completes",))
def doubted_ainvoke(ctx: Context, ainvoke: Reply) -> Replies:
    """The first prompt, invoked on a loop, and once more where the loop seemed blocked."""
    by = {_FIRST: ainvoke}
    if ainvoke.blocked_loop:
        by[_SECOND] = ctx.areply(lambda llm: llm.ainvoke(ctx.prompt))
    return Replies(by_label=by)


@scenario(reported_by="live.stream-timing", method="stream", requires=("stream.completes",))
def doubted_stream(ctx: Context, stream: Stream) -> Streams:
    """The first prompt, streamed, and once more where the answer seemed to be held back."""
    by = {_FIRST: stream}
    if stream.arrived_at_once:
        by[_SECOND] = ctx.stream(lambda llm: llm.stream(ctx.prompt))
    return Streams(by_label=by)


@scenario(reported_by="loop.not-blocked-timing", method="astream", requires=("astream.completes",))
def doubted_astream(ctx: Context, astream: Stream) -> Streams:
    """The first prompt, streamed on a loop, and once more where either seemed so."""
    by = {_FIRST: astream}
    if astream.blocked_loop or astream.arrived_at_once:
        by[_SECOND] = ctx.astream(lambda llm: llm.astream(ctx.prompt))
    return Streams(by_label=by)


@scenario(reported_by="live.events-timing", method="astream_events", requires=("events.completes",))
def doubted_v1(ctx: Context, events_v1: Events) -> EventStreams:
    """The first prompt, as events of version v1, and once more where they seemed to be held back."""
    by = {_FIRST: events_v1}
    if events_v1.arrived_at_once:
        by[_SECOND] = ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v1"))
    return EventStreams(by_label=by)


@scenario(reported_by="live.events-timing", method="astream_events", requires=("events.completes",))
def doubted_v2(ctx: Context, events_v2: Events) -> EventStreams:
    """The same as events of version v2."""
    by = {_FIRST: events_v2}
    if events_v2.arrived_at_once:
        by[_SECOND] = ctx.events(lambda llm: llm.astream_events(ctx.prompt, version="v2"))
    return EventStreams(by_label=by)
