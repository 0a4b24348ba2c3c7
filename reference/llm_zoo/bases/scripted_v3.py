"""The base of defects of a controlled chat model that speaks version v3 by itself."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import json
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from contextlib import aclosing
from typing import Any, Self

from llm_reference.messages.conversion import to_messages
from llm_reference.models.tool import openai_tool
from llm_zoo.bases.chat_v3 import V3Binding
from llm_zoo.bases.scripted_chat import Reader, ScriptedChatModel
from llm_zoo.bases.v3_events import Event, call_block
from llm_zoo.bases.v3_stream import Answer

_TEXT, _CALLS = "text", "calls"


class ScriptedV3(ScriptedChatModel):
    """Its events of v3 have text, then calls. A subclass without overrides is a conforming model."""

    def _events(self, prompt: str, stop: Any = None) -> Iterator[Event]:
        """The events of a synchronous stream."""
        yield from _begin()
        answer = _Said()
        for piece in self.script.play_events(prompt, stop):
            yield from answer.said(piece)
        yield from answer.end()

    async def _aevents(self, prompt: str, stop: Any = None) -> AsyncGenerator[Event, None]:
        """The events of an asynchronous stream."""
        for event in _begin():
            yield event
        answer = _Said()
        async for piece in self.script.aplay_events(prompt, stop):
            for event in answer.said(piece):
                yield event
        for event in answer.end():
            yield event

    def _stream_of(self, prompt: str, stop: Any) -> Any:
        return ScriptedV3Stream(self._events(prompt, stop))

    def _astream_of(self, prompt: str, stop: Any) -> Any:
        return AsyncScriptedV3Stream(self._aevents(prompt, stop))

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> V3Binding:
        """Bind the tools. The script decides whether one is called."""
        more: dict[str, Any] = {"tools": [openai_tool(tool) for tool in tools], "tool_choice": tool_choice, **kwargs}
        return V3Binding(bound=self, kwargs=more)

    def stream_events(self, input: Any, *_: Any, stop: Any = None, **_more: Any) -> Any:
        """The stream of typed events, which is not started."""
        return self._stream_of(self._prompt(to_messages(input)), stop)

    def astream_events(self, input: Any, config: Any = None, *, version: Any = "v2", **more: Any) -> Any:
        """The same for an event loop; of other versions, the events of the reference."""
        if version != "v3":
            return super().astream_events(input, config, version=version, **more)

        async def made() -> Any:
            return self._astream_of(self._prompt(to_messages(input)), more.get("stop"))

        return made()


def _begin() -> list[Event]:
    return [
        {"event": "message-start", "role": "ai", "id": "v3"},
        {"event": "content-block-start", "index": 0, "content": {"type": _TEXT, _TEXT: ""}},
    ]


class _Said:
    """The pieces of one answer until now."""

    def __init__(self) -> None:
        self._text = ""
        self._finish: Event = {"event": "message-finish"}
        self._fragments: list[Any] = []

    def said(self, piece: Any) -> list[Event]:
        """The events of one more piece."""
        if piece.type != _TEXT:
            chunk = Reader().chunk(piece)
            self._fragments += chunk.tool_call_chunks
            self._finish |= {"usage": chunk.usage_metadata} if chunk.usage_metadata else {}
            self._finish |= {"metadata": chunk.response_metadata} if chunk.response_metadata else {}
            return []
        self._text += piece.text
        delta = {"type": "text-delta", _TEXT: piece.text}
        return [{"event": "content-block-delta", "index": 0, "delta": delta}]

    def end(self) -> list[Event]:
        """The events after the last piece."""
        content = {"type": _TEXT, _TEXT: self._text}
        calls = dict.fromkeys(one["index"] for one in self._fragments)
        blocks = [call_block([one for one in self._fragments if one["index"] == index]) for index in calls]
        return [
            {"event": "content-block-finish", "index": 0, "content": content},
            *({**event, "index": index} for index, block in enumerate(blocks, start=1) for event in block),
            self._finish,
        ]


def text_of(event: Event) -> str:
    """The text that an event adds."""
    return str(event.get("delta", {}).get(_TEXT, ""))


class _Read:
    """What was read, for those that read it again: as JSON, which takes less memory than dicts."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._read: list[str] = []
        self._error: Exception | None = None

    def _add(self, event: Event) -> None:
        self._read.append(json.dumps(event))

    def _answer(self) -> Answer:
        return Answer([json.loads(one) for one in self._read])


class ScriptedV3Stream(_Read):
    """The events of one call, and its projections; `close()` stops the model."""

    def __iter__(self) -> Iterator[Event]:
        place = 0
        while place < len(self._read) or self._pull():
            yield json.loads(self._read[place])
            place += 1

    def _pull(self) -> bool:
        if self._error is not None:
            raise self._error
        try:
            self._add(next(self._source))
        except StopIteration:
            return False
        except Exception as error:
            self._error = error
            raise
        return True

    def close(self) -> None:
        self._source.close()

    def _all(self) -> Answer:
        while self._pull():
            pass
        return self._answer()

    @property
    def text(self) -> Any:
        return V3Part(self, _TEXT)

    @property
    def reasoning(self) -> Any:
        return V3Part(self, "reasoning")

    @property
    def tool_calls(self) -> Any:
        return V3Part(self, _CALLS)

    @property
    def output(self) -> Any:
        return self._all().message


class V3Part:
    """One projection of a stream: its deltas as they come, or the whole."""

    def __init__(self, stream: Any, name: str) -> None:
        self._stream, self._name = stream, name

    def __iter__(self) -> Iterator[Any]:
        for event in self._stream:
            if self._name == _TEXT and text_of(event):
                yield text_of(event)
        if self._name == _CALLS:
            yield from self._stream._all().calls[0]  # noqa: SLF001  # of the same stream

    def get(self) -> Any:
        return getattr(self._stream._all(), self._name)[1]  # noqa: SLF001  # of the same stream

    def __str__(self) -> str:
        return str(self.get())

    async def __aiter__(self) -> AsyncIterator[Any]:
        async with aclosing(aiter(self._stream)) as events:
            async for event in events:
                if self._name == _TEXT and text_of(event):
                    yield text_of(event)
        if self._name == _CALLS:
            for fragment in (await self._stream._all()).calls[0]:  # noqa: SLF001  # of the same stream
                yield fragment

    def __await__(self) -> Generator[Any, None, Any]:
        return self._whole().__await__()

    async def _whole(self) -> Any:
        return getattr(await self._stream._all(), self._name)[1]  # noqa: SLF001  # of the same stream


class AsyncScriptedV3Stream(_Read):
    """The same for an event loop."""

    async def __aiter__(self) -> AsyncIterator[Event]:
        place = 0
        while place < len(self._read) or await self._pull():
            yield json.loads(self._read[place])
            place += 1

    async def _pull(self) -> bool:
        if self._error is not None:
            raise self._error
        try:
            self._add(await anext(self._source))
        except StopAsyncIteration:
            return False
        except Exception as error:
            self._error = error
            raise
        return True

    async def aclose(self) -> None:
        await self._source.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _all(self) -> Answer:
        while await self._pull():
            pass
        return self._answer()

    @property
    def text(self) -> Any:
        return V3Part(self, _TEXT)

    @property
    def reasoning(self) -> Any:
        return V3Part(self, "reasoning")

    @property
    def tool_calls(self) -> Any:
        return V3Part(self, _CALLS)

    @property
    async def output(self) -> Any:
        return (await self._all()).message
