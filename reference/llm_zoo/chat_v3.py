"""Chat models whose own events of version v3 are wrong. Their streams and their whole answers are right."""

from collections.abc import Callable, Iterable
from typing import Any

from llm_reference.messages.conversion import to_messages
from llm_zoo.bases.chat_v3 import V3Defect
from llm_zoo.bases.v3_events import Event
from llm_zoo.bases.v3_stream import AsyncV3Stream
from llm_zoo.defect import defect

_FINISH, _BLOCK_START, _BLOCK_FINISH = "message-finish", "content-block-start", "content-block-finish"


def _without(events: list[Event], drop: Callable[[Event], bool]) -> list[Event]:
    return [event for event in events if not drop(event)]


def _is(event: Event, name: str, kind: str = "") -> bool:
    """Whether it is an event of that name; of a block, of one of that type."""
    return event["event"] == name and (not kind or event["content"]["type"] == kind)


def _adds_arguments(event: Event) -> bool:
    return bool(event.get("delta", {}).get("type") == "tool-call-delta")


def _of_last_call(events: list[Event]) -> Any:
    """The index of the last call."""
    return [event["index"] for event in events if _adds_arguments(event)][-1]


@defect(
    "v3-raises",
    story="The hook for typed events is there and not written yet: a client of version v3 gets an exception, though "
    "`stream()` works.",
    citation="V3-004",
    caught_by=("events-v3.completes",),
)
class V3Raises(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        raise NotImplementedError(f"{len(events)} typed events")


@defect(
    "v3-not-awaitable",
    story="`astream_events()` returns the stream of version v3 at once: `await model.astream_events(..)`, as every "
    "example has it, raises.",
    citation="V3-010",
    caught_by=("events-v3.awaitable",),
)
class V3NotAwaitable(V3Defect):
    def astream_events(self, input: Any, config: Any = None, *, version: Any = "v2", **more: Any) -> Any:  # noqa: A002
        if version != "v3":
            return super().astream_events(input, config, version=version, **more)
        return AsyncV3Stream(self._astream_chat_model_events(to_messages(input)))


@defect(
    "v3-no-events",
    story="The hook yields nothing: a client that draws from typed events shows an empty answer.",
    citation="V3-001",
    caught_by=("events-v3.first",),
)
class V3NoEvents(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return events[:0]


@defect(
    "v3-no-start",
    story="The events begin with the first block: a client that opens a message at its start drops the answer.",
    citation="V3-001",
    caught_by=("events-v3.first",),
)
class V3NoStart(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return events[1:]


@defect(
    "v3-two-starts",
    story="Each part of the answer begins the message again: a client shows two messages.",
    citation="V3-001",
    caught_by=("events-v3.first",),
)
class V3TwoStarts(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return [*events[:4], events[0], *events[4:]]


@defect(
    "v3-no-finish",
    story="The events stop after the last block: a client waits for the end, and the usage is never told.",
    citation="V3-004",
    caught_by=("events-v3.last",),
)
class V3NoFinish(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return _without(events, lambda event: _is(event, _FINISH))


@defect(
    "v3-after-error",
    story="The hook reports an error as an event and goes on: a client has closed the message when more of it comes.",
    citation="V3-004",
    caught_by=("events-v3.last",),
)
class V3AfterError(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return [*events[:-1], {"event": "error", "message": "the provider is busy"}, events[-1]]


@defect(
    "v3-block-not-finished",
    story="A block is not finished before the message is: a client shows a call that never becomes ready to run.",
    citation="V3-002",
    caught_by=("events-v3.blocks",),
)
class V3BlockNotFinished(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        last = _of_last_call(events)
        return _without(events, lambda event: event["event"] == _BLOCK_FINISH and event["index"] == last)


@defect(
    "v3-late-start",
    story="A block starts with its second delta: a client has no block yet to put the first one in.",
    citation="V3-002",
    caught_by=("events-v3.blocks",),
)
class V3LateStart(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        start, delta = events[1:3]
        return [events[0], delta, start, *events[3:]]


@defect(
    "v3-shared-index",
    story="Every call has the index of the first: a client runs one call with the arguments of another.",
    citation="V3-002",
    caught_by=("events-v3.blocks",),
)
class V3SharedIndex(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        first = next(event["index"] for event in events if _adds_arguments(event))
        return [{**event, "index": first} if event.get("index") == _of_last_call(events) else event for event in events]


@defect(
    "v3-text-in-call",
    story="The arguments of a call come as text: a client shows JSON to its user, and runs the call without arguments.",
    citation="V3-002",
    caught_by=("events-v3.types",),
)
class V3TextInCall(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        for event in events:
            delta = {"type": "text-delta", "text": event["delta"]["args"]} if _adds_arguments(event) else None
            yield {**event, "delta": delta} if delta else event


@defect(
    "v3-finish-of-other-type",
    story="A block of text finishes as reasoning: the answer vanishes from the chat when it is whole.",
    citation="V3-002",
    caught_by=("events-v3.types",),
)
class V3FinishOfOtherType(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        for event in events:
            text = event["content"]["text"] if _is(event, _BLOCK_FINISH, "text") else None
            yield event if text is None else {**event, "content": {"type": "reasoning", "reasoning": text}}


@defect(
    "v3-finish-of-other-call",
    story="A call finishes with another id than it starts with: the result of the tool answers no call.",
    citation="V3-002",
    caught_by=("events-v3.types",),
)
class V3FinishOfOtherCall(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        for event in events:
            call = _is(event, _BLOCK_START, "tool_call_chunk")
            yield {**event, "content": {**event["content"], "id": "call_0"}} if call else event


@defect(
    "v3-call-without-deltas",
    story="No arguments of a call come before its finish: a client that draws them as they come shows none.",
    citation="V3-003",
    caught_by=("events-v3.deltas",),
)
class V3CallWithoutDeltas(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return _without(events, _adds_arguments)


@defect(
    "v3-lost-fragment",
    story="The last fragment of the arguments is in the finish alone: a client that joins the deltas has broken JSON.",
    citation="V3-003",
    caught_by=("events-v3.deltas",),
)
class V3LostFragment(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        last = [event for event in events if _adds_arguments(event)][-1]
        return _without(events, lambda event: event is last)


@defect(
    "v3-doubled-fragment",
    story="A fragment of the arguments comes twice: a client that joins the deltas has broken JSON.",
    citation="V3-003",
    caught_by=("events-v3.deltas",),
)
class V3DoubledFragment(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        for event in events:
            yield event
            if _adds_arguments(event):
                yield event


@defect(
    "v3-foreign-fragment",
    story="Of two calls that come at the same time, one gets the first fragment of the other.",
    citation="V3-003",
    caught_by=("events-v3.deltas",),
)
class V3ForeignFragment(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        last = _of_last_call(events)
        moved = next(event for event in events if _adds_arguments(event) and event["index"] == last)
        for event in events:
            if event["event"] == _BLOCK_FINISH and event["index"] == last - 1:
                yield {**moved, "index": last - 1}
            if event is not moved:
                yield event


@defect(
    "v3-text-without-deltas",
    story="The text comes with the finish of its block: nothing is drawn while the model speaks.",
    citation="V3-003",
    caught_by=("events-v3.deltas",),
)
class V3TextWithoutDeltas(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return _without(events, lambda event: "text" in event.get("delta", {}))


@defect(
    "v3-reasoning-without-deltas",
    story="The reasoning comes with the finish of its block: the user sees that nothing happens.",
    citation="V3-003",
    caught_by=("events-v3.deltas",),
)
class V3ReasoningWithoutDeltas(V3Defect):
    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        return _without(events, lambda event: "reasoning" in event.get("delta", {}))
