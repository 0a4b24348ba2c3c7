"""A second time, where time accuses the first: a conforming model is not asked again."""

from llm_conformance.observe.context import Context
from llm_conformance.records import Events, Replies, Reply, EventStreams, Stream, Streams
from llm_conformance.scenarios.registry import scenario

_FIRST, _SECOND = "the first time", "the second time"


@scenario(reported_by="loop.blocked", method="ainvoke", requires=("ainvoke.completes",))
def doubted_ainvoke(stage: Context, ainvoke: Reply) -> Replies:
    """The first prompt, invoked on a loop, and once more where the loop seemed blocked."""
    by = {_FIRST: ainvoke}
    if ainvoke.blocked_loop:
        by[_SECOND] = stage.areply(lambda llm: llm.ainvoke(stage.prompt))
    return Replies(by_label=by)


@scenario(reported_by="live.buffered", method="stream", requires=("stream.completes",))
def doubted_stream(stage: Context, stream: Stream) -> Streams:
    """The first prompt, streamed, and once more where the answer seemed to be held back."""
    by = {_FIRST: stream}
    if stream.arrived_at_once:
        by[_SECOND] = stage.stream(lambda llm: llm.stream(stage.prompt))
    return Streams(by_label=by)


@scenario(reported_by="loop.blocked", method="astream", requires=("astream.completes",))
def doubted_astream(stage: Context, astream: Stream) -> Streams:
    """The first prompt, streamed on a loop, and once more where either seemed so."""
    by = {_FIRST: astream}
    if astream.blocked_loop or astream.arrived_at_once:
        by[_SECOND] = stage.astream(lambda llm: llm.astream(stage.prompt))
    return Streams(by_label=by)


@scenario(reported_by="live.events-buffered", method="astream_events", requires=("events.completes",))
def doubted_v1(stage: Context, events_v1: Events) -> EventStreams:
    """The first prompt, as events of version v1, and once more where they seemed to be held back."""
    by = {_FIRST: events_v1}
    if events_v1.arrived_at_once:
        by[_SECOND] = stage.events(lambda llm: llm.astream_events(stage.prompt, version="v1"))
    return EventStreams(by_label=by)


@scenario(reported_by="live.events-buffered", method="astream_events", requires=("events.completes",))
def doubted_v2(stage: Context, events_v2: Events) -> EventStreams:
    """The same as events of version v2."""
    by = {_FIRST: events_v2}
    if events_v2.arrived_at_once:
        by[_SECOND] = stage.events(lambda llm: llm.astream_events(stage.prompt, version="v2"))
    return EventStreams(by_label=by)
