"""The base of defects of a controlled chat model in version v3."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, Iterator
from typing import Any, cast

from llm_reference.aio.closing import aclosing
from llm_reference.messages.conversion import to_messages
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.bases.v3_events import Event
from llm_zoo.bases.v3_stream import AsyncV3Stream, V3Stream


class ScriptedV3(ScriptedChatModel):
    """Its events of v3 pass through methods. A subclass without overrides is a conforming model."""

    def _events(self, prompt: str, stop: Any = None) -> Iterator[Event]:
        """The events of a synchronous stream."""
        yield from cast("Iterator[Event]", super().stream_events(prompt, version="v3", stop=stop))

    async def _aevents(self, prompt: str, stop: Any = None) -> AsyncGenerator[Event, None]:
        """The events of an asynchronous stream."""
        stream = await super().astream_events(prompt, version="v3", stop=stop)
        async with aclosing(stream):
            async for event in stream:
                yield event

    def _stream_of(self, prompt: str, stop: Any) -> Any:
        return V3Stream(self._events(prompt, stop))

    def _astream_of(self, prompt: str, stop: Any) -> Any:
        return AsyncV3Stream(self._aevents(prompt, stop))

    def stream_events(self, input: Any, *_: Any, stop: Any = None, **_more: Any) -> Any:
        """The stream of these events, which is not started."""
        return self._stream_of(self._prompt(to_messages(input)), stop)

    def astream_events(self, input: Any, config: Any = None, *, version: Any = "v2", **more: Any) -> Any:
        """The same for an event loop; of other versions, the events of the reference."""
        if version != "v3":
            return super().astream_events(input, config, version=version, **more)

        async def made() -> Any:
            return self._astream_of(self._prompt(to_messages(input)), more.get("stop"))

        return made()
