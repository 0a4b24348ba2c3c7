"""The base of defects in an event stream: each event passes through `_transform_event`; the chunks stay right."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk, RunnableConfig, StreamEvent


class EventDefect(EchoLLM):
    """Passes each event through `_transform_event`. A subclass without overrides is a conforming model."""

    def _transform_event(self, event: StreamEvent, _version: str) -> Iterator[Any]:
        """The events that replace one event."""
        yield event

    async def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", **kwargs: Any
    ) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, transformed."""
        async for event in super().astream_events(input, config, version=version, **kwargs):
            for transformed in self._transform_event(event, version):
                yield transformed


class OneChunkEventDefect(EventDefect):
    """An `EventDefect` whose answer is one chunk."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text=self._call(prompt, *args, **kwargs))

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        yield GenerationChunk(text=self._call(prompt, *args, **kwargs))


def phase(event: StreamEvent) -> str:
    """`"start"`, `"stream"` or `"end"`."""
    return event["event"].rpartition("_")[2]
