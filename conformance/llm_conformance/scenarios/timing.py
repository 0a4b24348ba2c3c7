"""A second time, where time accuses the first: a conforming model is not asked again."""

from llm_conformance.observe.context import Stage
from llm_conformance.records import Events, Replies, Reply, Runs, Stream, Streams
from llm_conformance.scenarios.registry import scenario

_FIRST, _SECOND = "the first time", "the second time"


@scenario(owner="loop.blocked", method="ainvoke", after=("ainvoke.completes",))
def doubted_ainvoke(stage: Stage, ainvoke: Reply) -> Replies:
    """The first prompt, invoked on a loop, and once more where the loop seemed blocked."""
    by = {_FIRST: ainvoke}
    if ainvoke.blocked:
        by[_SECOND] = stage.areply(lambda llm: llm.ainvoke(stage.prompt))
    return Replies(by=by)


@scenario(owner="live.buffered", method="stream", after=("stream.completes",))
def doubted_stream(stage: Stage, stream: Stream) -> Streams:
    """The first prompt, streamed, and once more where the answer seemed to be held back."""
    by = {_FIRST: stream}
    if stream.late:
        by[_SECOND] = stage.stream(lambda llm: llm.stream(stage.prompt))
    return Streams(by=by)


@scenario(owner="loop.blocked", method="astream", after=("astream.completes",))
def doubted_astream(stage: Stage, astream: Stream) -> Streams:
    """The first prompt, streamed on a loop, and once more where either seemed so."""
    by = {_FIRST: astream}
    if astream.blocked or astream.late:
        by[_SECOND] = stage.astream(lambda llm: llm.astream(stage.prompt))
    return Streams(by=by)


@scenario(owner="live.events-buffered", method="astream_events", after=("events.completes",))
def doubted_v1(stage: Stage, events_v1: Events) -> Runs:
    """The first prompt, as events of version v1, and once more where they seemed to be held back."""
    by = {_FIRST: events_v1}
    if events_v1.late:
        by[_SECOND] = stage.events(lambda llm: llm.astream_events(stage.prompt, version="v1"))
    return Runs(by=by)


@scenario(owner="live.events-buffered", method="astream_events", after=("events.completes",))
def doubted_v2(stage: Stage, events_v2: Events) -> Runs:
    """The same as events of version v2."""
    by = {_FIRST: events_v2}
    if events_v2.late:
        by[_SECOND] = stage.events(lambda llm: llm.astream_events(stage.prompt, version="v2"))
    return Runs(by=by)
