"""Events whose data are wrong: the input, the chunks, and the output of the end."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from llm_reference import StreamEvent
from llm_zoo.bases.events import EventDefect, OneChunkEventDefect, phase
from llm_zoo.defect import defect


@defect(
    "last-token-as-output",
    story="The end of the run carries the last token in place of the answer: "
    "memory and logs, which read the end, hold a single word.",
    citation="D029: langchain4j/langchain4j#433",
    caught_by=("events.text",),
)
class LastTokenAsOutput(EventDefect):
    """Overwrites where it should add."""

    _last: str = ""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "stream":
            self._last = event["data"]["chunk"]
        yield {**event, "data": {"output": self._last}} if phase(event) == "end" else event


@defect(
    "output-forgotten",
    story="A model that does not stream has no stream events, and the output of its end is empty: "
    "the answer is nowhere in the events.",
    citation="EVENT-014",
    caught_by=("events.output",),
)
class OutputForgotten(OneChunkEventDefect):
    """Adds up chunks that it never had."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "stream":
            yield {**event, "data": {"output": ""}} if phase(event) == "end" else event


@defect(
    "events-take-another-path",
    story="Under astream_events() the model is called on another path, which strips its answer: "
    "what the events say is consistent, and not what the model says.",
    citation="D104: langchain-ai/langchain#20980, langchain-ai/langchainjs#10098",
    caught_by=("events.parity",),
)
class EventsTakeAnotherPath(EventDefect):
    """Has two voices."""

    _answered: str = ""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "stream":
            yield {**event, "data": {"chunk": event["data"]["chunk"].strip()}}
        elif phase(event) == "end":
            yield {**event, "data": {"output": self._answered.replace(" ", "")}}
        else:
            self._answered = self._call(event["data"]["input"])
            yield event


@defect(
    "text-under-another-key",
    story="Stream events carry their text as data['text']: event['data']['chunk'] is a KeyError.",
    citation="EVENT-011",
    caught_by=("events.data",),
)
class TextUnderAnotherKey(EventDefect):
    """Finds a better word."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "data": {"text": event["data"]["chunk"]}} if phase(event) == "stream" else event


@defect(
    "input-wrapped",
    story="The start of the root shows the prompt in a form of the adapter, not as the caller passed it: "
    "nobody finds the question that they asked.",
    citation="EVENT-003",
    caught_by=("events.first",),
)
class InputWrapped(EventDefect):
    """Shows what it made of it."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "data": {"input": {"prompts": [event["data"]["input"]]}}} if phase(event) == "start" else event


@defect(
    "end-repeats-input",
    story="The end of the root carries the input once more: a long prompt travels twice to every reader.",
    citation="EVENT-012",
    caught_by=("events.end-without-input",),
)
class EndRepeatsInput(EventDefect):
    """Says it again."""

    _input: Any = None

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "start":
            self._input = event["data"]["input"]
        yield {**event, "data": {**event["data"], "input": self._input}} if phase(event) == "end" else event


@defect(
    "inputs-mixed-up",
    story="The prompt is kept on the instance until the start is told: of two users who ask at the same time, "
    "one finds the question of the other in his log.",
    citation="EVENT-021",
    caught_by=("events.isolated",),
)
class InputsMixedUp(EventDefect):
    """Keeps in one place what belongs to a call."""

    _input: Any = None

    def astream_events(self, input: Any, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the last input."""
        self._input = input
        return super().astream_events(input, *args, **kwargs)

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield {**event, "data": {"input": self._input}} if phase(event) == "start" else event


@defect(
    "v1-output-in-a-dict",
    story="In v1 the output of the root is a dict with the text in it, where callers expect the text.",
    citation="SHAPE-001",
    caught_by=("shapes.v1-root",),
)
class V1OutputInADict(EventDefect):
    """Was made for another version."""

    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        if version == "v1" and phase(event) == "end":
            event["data"]["output"] = {"text": event["data"]["output"]}
        yield event


@defect(
    "v2-output-without-generations",
    story="In v2 the output of the root is a dict without generations: whoever reads them gets a KeyError.",
    citation="SHAPE-001",
    caught_by=("shapes.v2-root",),
)
class V2OutputWithoutGenerations(EventDefect):
    """Has its own idea of a result."""

    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        if version == "v2" and phase(event) == "end":
            event["data"]["output"] = {"text": event["data"]["output"]["generations"][0][0]["text"]}
        yield event
