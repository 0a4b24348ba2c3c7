"""The base of defects in an event stream: each event passes through `_transform_event`; the chunks stay right."""

# ruff: noqa: A002  # callers know the first parameter as "input"

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk, RunnableConfig, StreamEvent


class EventDefect(EchoLLM):
    """Retells its events one by one. A subclass that overrides nothing is a conforming model."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        """What becomes of one event."""
        yield event

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, retold."""
        async for event in super().astream_events(input, config, version=version, **kwargs):
            for told in self._transform_event(event, version):
                yield told


class OneChunkEventDefect(EventDefect):
    """The same, with an answer that comes as one chunk."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text=self._call(prompt, *args, **kwargs))

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        yield GenerationChunk(text=self._call(prompt, *args, **kwargs))


def phase(event: StreamEvent) -> str:
    """Whether it is a start, a stream event or an end."""
    return event["event"].rpartition("_")[2]
