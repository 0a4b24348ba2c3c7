"""Event streams that leave something out, or tell something twice."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from llm_reference import EchoLLM, StreamEvent
from llm_zoo.bases.events import EventDefect, OneChunkEventDefect, phase
from llm_zoo.defect import defect


@defect(
    "no-stream-events",
    story="The events show that a run started and ended, and nothing of what it streamed: "
    "a page that is fed by events shows no token.",
    citation="D095: langchain-ai/langchain#24659, langchain-ai/langchain#24699",
    caught_by=("events.streams",),
)
class NoStreamEvents(EventDefect):
    """Keeps its tokens to itself."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "stream":
            yield event


@defect(
    "duplicate-stream-events",
    story="A handler is registered twice, so each token comes as two events: the reader sees every word double.",
    citation="D097: langchain-ai/langchain#22227, langchain-ai/langchain#19211",
    caught_by=("events.text",),
)
class DuplicateStreamEvents(EventDefect):
    """Tells every token twice."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield event
        if phase(event) == "stream":
            yield event


@defect(
    "start-told-twice",
    story="The start is told by the framework and by the adapter: a dashboard shows two answers being written, "
    "and one of them for ever.",
    citation="D093: langchain-ai/langchain-aws#144",
    caught_by=("events.order",),
)
class StartToldTwice(EventDefect):
    """Begins and begins."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        yield event
        if phase(event) == "start":
            yield event


@defect(
    "end-missing",
    story="The run never ends in its events: whoever waits for the end waits for ever, and no usage is recorded.",
    citation="D095: mlflow/mlflow#14533",
    caught_by=("events.last",),
)
class EndMissing(EventDefect):
    """Leaves its story without an end."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "end":
            yield event


@defect(
    "step-never-ends",
    story="The adapter reports a step of its own, the request, and never its end: "
    "a trace shows a request that is still open under an answer that is complete.",
    citation="EVENT-006",
    caught_by=("events.balance",),
)
class StepNeverEnds(EventDefect):
    """Opens what it does not close."""

    def _transform_event(self, event: StreamEvent, version: str) -> Iterator[Any]:
        yield event
        if phase(event) == "start":
            parents = [event["run_id"]] if version == "v2" else []
            request = {"name": "request", "run_id": f"{event['run_id']}-request", "parent_ids": parents}
            yield {**event, **request, "event": "on_chain_start"}


@defect(
    "events-raise",
    story="astream_events() fails on a model that streams without a fault: a node of the event log is missing.",
    citation="D095: mlflow/mlflow#14533",
    caught_by=("events.completes",),
)
class EventsRaise(EventDefect):
    """Trips over its own end."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "end":
            raise KeyError("streamed_output")
        yield event


@defect(
    "unknown-version-taken",
    story="Any version of the events is taken for one that is known: a caller who asks for a newer one "
    "gets events of another form, and no word.",
    citation="EVENT-020",
    caught_by=("events.unknown-version",),
)
class UnknownVersionTaken(EventDefect):
    """Speaks every version alike."""

    def astream_events(self, *args: Any, version: Any = "v2", **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of a version."""
        return super().astream_events(*args, version=version if version == "v1" else "v2", **kwargs)


@defect(
    "events-drop-arguments",
    story="astream_events() takes keyword arguments and passes none of them on: "
    "the stop words that work with astream() have no effect.",
    citation="STOP-004",
    caught_by=("events.passes-arguments",),
)
class EventsDropArguments(EventDefect):
    """Swallows what it does not know."""

    def astream_events(
        self, input: Any, config: Any = None, *, version: Any = "v2", **_kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the bare prompt."""
        return super().astream_events(input, config, version=version)


@defect(
    "one-chunk-told-in-pieces",
    story="astream() gives the answer as one chunk, and the events tell it letter by letter: "
    "a typing effect that looks like streaming and is none.",
    citation="EVENT-016",
    caught_by=("events.fallback",),
)
class OneChunkToldInPieces(OneChunkEventDefect):
    """Pretends."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) != "stream":
            yield event
            return
        for letter in event["data"]["chunk"]:
            yield {**event, "data": {"chunk": letter}}


@defect(
    "whole-message-told-again",
    story="When all tokens have been told, the whole answer is told once more as one of them, "
    "for its id is not that of the pieces: the page shows everything twice.",
    citation="D102: langchain-ai/langgraph#6153",
    caught_by=("events.text",),
)
class WholeMessageToldAgain(EventDefect):
    """Does not know its own words."""

    _said: tuple[str, ...] = ()

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        if phase(event) == "start":
            self._said = ()
        elif phase(event) == "stream":
            self._said = (*self._said, event["data"]["chunk"])
        elif len(self._said) > 1:
            yield {**event, "event": "on_llm_stream", "data": {"chunk": "".join(self._said)}}
        yield event


@defect(
    "guard-told-as-a-root",
    story="The model asks a guard whether it may answer. The guard is a run of its own, and its events come out of the "
    "stream of the model as well: a reader that takes a run without parents for the answer shows the guard's.",
    citation="D098: langchain-ai/langchain#22227",
    caught_by=("events.one-root",),
)
class GuardToldAsARoot(EventDefect):
    """Thinks aloud."""

    async def astream_events(
        self, input: Any, config: Any = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of two runs that have nothing to do with each other."""
        async for event in super().astream_events(input, config, version=version, **kwargs):
            yield event
            if phase(event) == "start" and version == "v2":
                async for other in EchoLLM(name="guard").astream_events("May I?", config, version=version, **kwargs):
                    yield other
