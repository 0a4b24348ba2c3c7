"""Event streams that lack or repeat an event."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from llm_reference import EchoLLM, StreamEvent
from llm_zoo.bases.events import EventDefect, OneChunkEventDefect, phase
from llm_zoo.defect import defect


@defect(
    "no-stream-events",
    story="The events show the start and the end of a run, but not its tokens: a page that is fed by events shows an "
    "answer only at its end.",
    citation="D095: langchain-ai/langchain#24659, langchain-ai/langchain#24699",
    caught_by=("events.streams",),
)
class NoStreamEvents(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "stream":
            yield event


@defect(
    "duplicate-stream-events",
    story="A handler is registered twice, so that each token causes two events: the user sees every word twice.",
    citation="D097: langchain-ai/langchain#22227, langchain-ai/langchain#19211",
    caught_by=("events.text",),
)
class DuplicateStreamEvents(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield event
        if phase(event) == "stream":
            yield event


@defect(
    "start-emitted-twice",
    story="Both the framework and the adapter emit the start event: a dashboard shows two answers in progress, one of "
    "them forever.",
    citation="D093: langchain-ai/langchain-aws#144",
    caught_by=("events.order",),
)
class StartEmittedTwice(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield event
        if phase(event) == "start":
            yield event


@defect(
    "end-missing",
    story="The run's end event is missing: a consumer that waits for it waits forever, and usage is not recorded.",
    citation="D095: mlflow/mlflow#14533",
    caught_by=("events.last",),
)
class EndMissing(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "end":
            yield event


@defect(
    "step-never-ends",
    story="The adapter emits the start of an inner step, the request, but not its end: a trace shows an open request "
    "under a complete answer.",
    citation="EVENT-006",
    caught_by=("events.balance",),
)
class StepNeverEnds(EventDefect):
    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        yield event
        if phase(event) == "start":
            parents = [event["run_id"]] if version == "v2" else []
            request = {"name": "request", "run_id": f"{event['run_id']}-request", "parent_ids": parents}
            yield {**event, **request, "event": "on_chain_start"}


@defect(
    "events-raise",
    story="`astream_events()` raises for a model that streams without a fault: the event log is incomplete.",
    citation="D095: mlflow/mlflow#14533",
    caught_by=("events.completes",),
)
class EventsRaise(EventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "end":
            raise KeyError("streamed_output")
        yield event


@defect(
    "unknown-version-accepted",
    story="An unknown version of the events is accepted as a known one: a caller that requests a newer version gets "
    "events of another format, without an error.",
    citation="EVENT-020",
    caught_by=("events.unknown-version",),
)
class UnknownVersionAccepted(EventDefect):
    def astream_events(self, *args: Any, version: Any = "v2", **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        return super().astream_events(*args, version=version if version == "v1" else "v2", **kwargs)


@defect(
    "events-drop-arguments",
    story="`astream_events()` accepts keyword arguments and does not pass them on: stop words that work with "
    "`astream()` have no effect.",
    citation="STOP-004",
    caught_by=("events.passes-arguments",),
)
class EventsDropArguments(EventDefect):
    def astream_events(
        self, input: Any, config: Any = None, *, version: Any = "v2", **_kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        return super().astream_events(input, config, version=version)


@defect(
    "one-chunk-split-in-events",
    story="`astream()` yields the answer as one chunk, but the events split it into letters: it looks like streaming, "
    "but arrives only when the model is done.",
    citation="EVENT-016",
    caught_by=("events.fallback",),
)
class OneChunkSplitInEvents(OneChunkEventDefect):
    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "stream":
            yield event
            return
        for letter in event["data"]["chunk"]:
            yield {**event, "data": {"chunk": letter}}


@defect(
    "answer-repeated-as-stream-event",
    story="After all tokens, the whole answer is emitted once more as a stream event, because its id differs from the "
    "id of the chunks: the page shows everything twice.",
    citation="D102: langchain-ai/langgraph#6153",
    caught_by=("events.text",),
)
class AnswerRepeatedAsStreamEvent(EventDefect):
    _chunks: tuple[str, ...] = ()

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "start":
            self._chunks = ()
        elif phase(event) == "stream":
            self._chunks = (*self._chunks, event["data"]["chunk"])
        elif len(self._chunks) > 1:
            yield {**event, "event": "on_llm_stream", "data": {"chunk": "".join(self._chunks)}}
        yield event


@defect(
    "guard-emitted-as-root",
    story="The model calls a guard model first, and the guard's events appear in the event stream as a second root "
    "run: a consumer that reads the run without parents shows the guard's answer.",
    citation="D098: langchain-ai/langchain#22227",
    caught_by=("events.one-root",),
)
class GuardEmittedAsRoot(EventDefect):
    async def astream_events(
        self, input: Any, config: Any = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        async for event in super().astream_events(input, config, version=version, **kwargs):
            yield event
            if phase(event) == "start" and version == "v2":
                async for other in EchoLLM(name="guard").astream_events("May I?", config, version=version, **kwargs):
                    yield other
