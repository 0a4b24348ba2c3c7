"""Event streams that do not tell what happened, or not in the form that everybody reads."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any

from llm_reference import EchoLLM, RunnableConfig, StreamEvent
from llm_reference.zoo.defect import defect


class Narrator(EchoLLM):
    """Retells its events one by one. A subclass that overrides nothing is a conforming model."""

    def _retold(self, event: StreamEvent) -> Iterator[Any]:
        """What becomes of one event."""
        yield event

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, retold."""
        async for event in super().astream_events(input, config, **kwargs):
            for told in self._retold(event):
                yield told


def phase(event: StreamEvent) -> str:
    """Whether it is a start, a stream event or an end."""
    return event["event"].rpartition("_")[2]


@defect(
    "no-stream-events",
    story="The events show that a run started and ended, and nothing of what it streamed: "
    "a page that is fed by events shows no token.",
    citation="langchain-ai/langchain#24659, langchain-ai/langchain#24699",
    caught_by=("events.streams",),
)
class NoStreamEvents(Narrator):
    """Keeps its tokens to itself."""

    def _retold(self, event: StreamEvent) -> Iterator[Any]:
        if phase(event) != "stream":
            yield event


@defect(
    "duplicate-stream-events",
    story="A handler is registered twice, so each token comes as two events: the reader sees every word double.",
    citation="langchain-ai/langchain#22227, langchain-ai/langchain#19211",
    caught_by=("events.text",),
)
class DuplicateStreamEvents(Narrator):
    """Tells every token twice."""

    def _retold(self, event: StreamEvent) -> Iterator[Any]:
        yield event
        if phase(event) == "stream":
            yield event


@defect(
    "foreign-run-id",
    story="Tokens are reported with the id of some other run, so nobody knows which answer they belong to.",
    citation="langchain-ai/langchainjs#6661",
    caught_by=("events.order",),
)
class ForeignRunId(Narrator):
    """Confuses its run with another."""

    def _retold(self, event: StreamEvent) -> Iterator[Any]:
        yield {**event, "run_id": f"not-{event['run_id']}"} if phase(event) == "stream" else event


@defect(
    "end-missing",
    story="The run never ends in its events: whoever waits for the end waits for ever, and no usage is recorded.",
    citation="mlflow/mlflow#14533",
    caught_by=("events.last",),
)
class EndMissing(Narrator):
    """Leaves its story without an end."""

    def _retold(self, event: StreamEvent) -> Iterator[Any]:
        if phase(event) != "end":
            yield event


@defect(
    "last-token-as-output",
    story="The end of the run carries the last token in place of the answer: "
    "memory and logs, which read the end, hold a single word.",
    citation="langchain4j/langchain4j#433",
    caught_by=("events.text",),
)
class LastTokenAsOutput(Narrator):
    """Overwrites where it should add."""

    def _retold(self, event: StreamEvent) -> Iterator[Any]:
        if phase(event) == "stream":
            self._last = event["data"]["chunk"]
        yield {**event, "data": {"output": self._last}} if phase(event) == "end" else event
