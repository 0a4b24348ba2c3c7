"""Events with wrong data: the input, the chunks, or the output of the end event."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from llm_reference import StreamEvent
from llm_zoo.bases.events import EventDefect, OneChunkEventDefect, phase
from llm_zoo.defect import defect


@defect(
    "last-token-as-output",
    story="The end event of a run carries the last token instead of the answer: memory and logs, which read the end "
    "event, store a single word.",
    citation="D029: langchain4j/langchain4j#433",
    caught_by=("events.text",),
)
class LastTokenAsOutput(EventDefect):
    _last: str = ""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "stream":
            self._last = event["data"]["chunk"]
        yield {**event, "data": {"output": self._last}} if phase(event) == "end" else event


@defect(
    "one-chunk-output-empty",
    story="For a model that does not stream there are no stream events, and the output of the end event is empty: the "
    "answer is missing from the events.",
    citation="EVENT-014",
    caught_by=("events.output",),
)
class OneChunkOutputEmpty(OneChunkEventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "stream":
            yield {**event, "data": {"output": ""}} if phase(event) == "end" else event


@defect(
    "events-take-another-path",
    story="`astream_events()` calls the model on another code path, which strips the answer: the events agree with "
    "each other, but not with the model's answer.",
    citation="D104: langchain-ai/langchain#20980, langchain-ai/langchainjs#10098",
    caught_by=("events.parity",),
)
class EventsTakeAnotherPath(EventDefect):
    _answer: str = ""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "stream":
            yield {**event, "data": {"chunk": event["data"]["chunk"].strip()}}
        elif phase(event) == "end":
            yield {**event, "data": {"output": self._answer.replace(" ", "")}}
        else:
            self._answer = self._call(event["data"]["input"])
            yield event


@defect(
    "text-under-another-key",
    story="Stream events carry their text as `data['text']`: `event['data']['chunk']` raises KeyError.",
    citation="EVENT-011",
    caught_by=("events.data",),
)
class TextUnderAnotherKey(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "data": {"text": event["data"]["chunk"]}} if phase(event) == "stream" else event


@defect(
    "input-wrapped",
    story="The start event of the root run shows the prompt in the adapter's own format, not as the caller passed it: "
    "a search for the question does not find it.",
    citation="EVENT-003",
    caught_by=("events.first",),
)
class InputWrapped(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "data": {"input": {"prompts": [event["data"]["input"]]}}} if phase(event) == "start" else event


@defect(
    "inputs-mixed-up",
    story="The prompt is kept on the instance until the start event is emitted: of two simultaneous users, one finds "
    "the other's question in the log.",
    citation="EVENT-021",
    caught_by=("events.isolated",),
)
class InputsMixedUp(EventDefect):
    _input: Any = None

    def astream_events(self, input: Any, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        self._input = input
        return super().astream_events(input, *args, **kwargs)

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "data": {"input": self._input}} if phase(event) == "start" else event


@defect(
    "v1-output-in-dict",
    story="In v1 the output of the root run is a dict that contains the text, where callers expect the text.",
    citation="SHAPE-001",
    caught_by=("shapes.v1-root",),
)
class V1OutputInDict(EventDefect):
    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        if version == "v1" and phase(event) == "end":
            event["data"]["output"] = {"text": event["data"]["output"]}
        yield event


@defect(
    "v2-output-without-generations",
    story="In v2 the output of the root run is a dict without `generations`: reading them raises KeyError.",
    citation="SHAPE-001",
    caught_by=("shapes.v2-root",),
)
class V2OutputWithoutGenerations(EventDefect):
    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        if version == "v2" and phase(event) == "end":
            event["data"]["output"] = {"text": event["data"]["output"]["generations"][0][0]["text"]}
        yield event
