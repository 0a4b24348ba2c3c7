"""The base of chat models that yield events of version v3 by a hook of their own, as langchain-core reads them."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from llm_reference import AIMessageChunk, BaseChatModel, BaseMessage, RunnableConfig
from llm_reference.messages.conversion import to_messages
from llm_zoo.bases.chat import ChatDefect
from llm_zoo.bases.v3_events import Event, right_events
from llm_zoo.bases.v3_stream import AsyncV3Stream, V3Stream


class SpeaksV3(BaseChatModel):
    """Its events of v3 are made of chunks, and pass through `_transform_events`."""

    @abstractmethod
    def _chunks_of_answer(self, messages: list[BaseMessage], stop: list[str] | None) -> list[AIMessageChunk]:
        """The right chunks of an answer."""

    def _transform_events(self, events: list[Event]) -> Iterable[Event]:
        """The events to yield instead of these, which are right."""
        return events

    def _transform_async_events(self, events: list[Event]) -> Iterable[Event]:
        """The events that `astream_events()` yields instead of these."""
        return self._transform_events(events)

    def _stream_chat_model_events(self, messages: list[Any], stop: Any = None) -> Iterator[Event]:
        yield from self._transform_events(right_events(self._chunks_of_answer(messages, stop)))

    async def _astream_chat_model_events(self, messages: list[Any], stop: Any = None) -> AsyncIterator[Event]:
        for event in self._transform_async_events(right_events(self._chunks_of_answer(messages, stop))):
            yield event

    def stream_events(self, input: Any, *_: Any, stop: Any = None, **_more: Any) -> Any:
        """The events, and the projections that are read from them."""
        return V3Stream(self._stream_chat_model_events(to_messages(input), stop))

    def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", stop: Any = None, **more: Any
    ) -> Any:
        """The same without blocking the event loop; of other versions, the events of the reference."""
        if version != "v3":
            return super().astream_events(input, config, version=version, stop=stop, **more)

        async def made() -> AsyncV3Stream:
            return AsyncV3Stream(self._astream_chat_model_events(to_messages(input), stop))

        return made()


class V3Defect(ChatDefect, SpeaksV3):
    """Speaks v3. A subclass without overrides is a conforming model."""
