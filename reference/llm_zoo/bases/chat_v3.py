"""The base of chat models that yield events of version v3 by a hook of their own, as langchain-core reads them."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from typing import Any
from uuid import uuid4

from llm_reference import AIMessage, AIMessageChunk, BaseChatModel, BaseMessage, RunnableConfig
from llm_reference.messages.conversion import to_messages
from llm_reference.runnables.binding import RunnableBinding
from llm_zoo.bases.chat import ChatDefect

Event = dict[str, Any]


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

    def stream_events(self, input: Any, *_: Any, stop: Any = None, **_more: Any) -> "V3Stream":
        """The events, and the projections that are read from them."""
        return V3Stream(lambda: self._stream_chat_model_events(to_messages(input), stop))

    def astream_events(
        self, input: Any, config: RunnableConfig | None = None, *, version: Any = "v2", stop: Any = None, **more: Any
    ) -> Any:
        """The same without blocking the event loop; of other versions, the events of the reference."""
        if version != "v3":
            return super().astream_events(input, config, version=version, stop=stop, **more)

        async def made() -> AsyncV3Stream:
            return AsyncV3Stream(lambda: self._astream_chat_model_events(to_messages(input), stop))

        return made()


class V3Defect(ChatDefect, SpeaksV3):
    """Speaks v3. A subclass without overrides is a conforming model."""


class V3Binding(RunnableBinding[Any, AIMessage]):
    """A model with tools, which speaks v3 as the model does."""

    def stream_events(self, *args: Any, **kwargs: Any) -> "V3Stream":
        """The stream of the model."""
        bound: Any = self.bound
        stream: V3Stream = bound.stream_events(*args, **kwargs)
        return stream

    def astream_events(self, *args: Any, version: Any = "v2", **kwargs: Any) -> Any:
        """The stream of the model; of other versions, the events of the reference."""
        if version != "v3":
            return super().astream_events(*args, version=version, **kwargs)
        return self.bound.astream_events(*args, version=version, **kwargs)


class V3Stream:
    """The events of one call; the model is asked when the first of them is read. Projections read all of them."""

    def __init__(self, start: Callable[[], Iterator[Event]]) -> None:
        self._start = start
        self._source: Iterator[Event] | None = None
        self._events: list[Event] = []
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[Event]:
        """Every event, those first that were read before."""
        self._source = self._start() if self._source is None else self._source
        place = 0
        while place < len(self._events) or self._read():
            yield self._events[place]
            place += 1

    def _read(self) -> bool:
        """Whether the model has yielded one more event. What it raised, every reader gets."""
        try:
            event = next(self._source, None) if self._source is not None else None
        except Exception as error:
            self._error = error
            raise
        if event is None and self._error is not None:
            raise self._error
        self._events += [] if event is None else [event]
        return event is not None

    @property
    def text(self) -> "Projection":
        """The text."""
        return Projection(lambda: Answer(list(self)).text)

    @property
    def reasoning(self) -> "Projection":
        """The reasoning."""
        return Projection(lambda: Answer(list(self)).reasoning)

    @property
    def tool_calls(self) -> "Projection":
        """The calls."""
        return Projection(lambda: Answer(list(self)).calls)

    @property
    def output(self) -> AIMessage:
        """The whole message."""
        return Answer(list(self)).message


class AsyncV3Stream:
    """The same for `async for`."""

    def __init__(self, start: Callable[[], AsyncIterator[Event]]) -> None:
        self._start = start
        self._source: AsyncIterator[Event] | None = None
        self._events: list[Event] = []
        self._error: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Every event, those first that were read before."""
        self._source = self._start() if self._source is None else self._source
        place = 0
        while place < len(self._events) or await self._read():
            yield self._events[place]
            place += 1

    async def _read(self) -> bool:
        """Whether the model has yielded one more event. What it raised, every reader gets."""
        try:
            event = await anext(self._source, None) if self._source is not None else None
        except Exception as error:
            self._error = error
            raise
        if event is None and self._error is not None:
            raise self._error
        self._events += [] if event is None else [event]
        return event is not None

    async def _answer(self) -> "Answer":
        return Answer([event async for event in self])

    @property
    def text(self) -> "AsyncProjection":
        """The text."""
        return AsyncProjection(self._answer, lambda answer: answer.text)

    @property
    def reasoning(self) -> "AsyncProjection":
        """The reasoning."""
        return AsyncProjection(self._answer, lambda answer: answer.reasoning)

    @property
    def tool_calls(self) -> "AsyncProjection":
        """The calls."""
        return AsyncProjection(self._answer, lambda answer: answer.calls)

    @property
    async def output(self) -> AIMessage:
        """The whole message."""
        return (await self._answer()).message


# The deltas of a part of the answer, and the part as a whole.
Part = tuple[list[Any], Any]


class Projection:
    """A part of the answer: its deltas one by one, or as a whole."""

    def __init__(self, part: Callable[[], Part]) -> None:
        self._part = part

    def __iter__(self) -> Iterator[Any]:
        """The deltas."""
        return iter(self._part()[0])

    def __str__(self) -> str:
        """The whole text."""
        return str(self.get())

    def get(self) -> Any:
        """The whole."""
        return self._part()[1]


class AsyncProjection:
    """The same for `async for` and `await`."""

    def __init__(self, answer: Callable[[], Awaitable["Answer"]], part: Callable[["Answer"], Part]) -> None:
        self._answer, self._part = answer, part

    async def __aiter__(self) -> AsyncIterator[Any]:
        """The deltas."""
        for delta in self._part(await self._answer())[0]:
            yield delta

    def __await__(self) -> Generator[Any, None, Any]:
        """The whole."""
        return self._whole().__await__()

    async def _whole(self) -> Any:
        return self._part(await self._answer())[1]


class Answer:
    """What a reader of these events has at their end. Like that of langchain-core, it takes wrong events, too."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events
        self._blocks = [one for _, one in sorted(_finished(events).items())]

    @property
    def text(self) -> Part:
        """The text."""
        return self._parts("text")

    @property
    def reasoning(self) -> Part:
        """The reasoning."""
        return self._parts("reasoning")

    @property
    def calls(self) -> Part:
        """The calls; a delta names the call to which it belongs."""
        calls = [one for one in self._blocks if one["type"] == "tool_call"]
        return [
            dict(_started(self._events, event), args=event["delta"]["args"]) for event in self._deltas("args")
        ], calls

    @property
    def message(self) -> AIMessage:
        """The whole message."""
        finish = next((event for event in self._events if event["event"] == "message-finish"), {})
        return AIMessage(
            list(self._blocks),
            tool_calls=self.calls[1],
            usage_metadata=finish.get("usage"),
            response_metadata=dict(finish.get("metadata") or {}),
            id=next((event.get("id") for event in self._events if event["event"] == "message-start"), None),
        )

    def _parts(self, key: str) -> Part:
        deltas = [event["delta"][key] for event in self._deltas(key)]
        return deltas, "".join(one.get(key, "") for one in self._blocks if one["type"] == key)

    def _deltas(self, key: str) -> list[Event]:
        return [event for event in self._events if key in event.get("delta", {})]


def _finished(events: list[Event]) -> dict[Any, Event]:
    return {event["index"]: event["content"] for event in events if event["event"] == "content-block-finish"}


def _started(events: list[Event], delta: Event) -> Event:
    starts = (event["content"] for event in events if event["event"] == "content-block-start")
    named = [one for one in starts if one["type"] == "tool_call_chunk"]
    same = (
        event["content"]
        for event in events
        if event["event"] == "content-block-start" and event["index"] == delta["index"]
    )
    return next(same, named[0] if named else {})


def right_events(chunks: list[AIMessageChunk]) -> list[Event]:
    """The events of an answer with these chunks: one block of reasoning, one of text, and one for each call."""
    reasoning = [part for one in chunks for part in _reasoning(one)]
    texts = [one.text for one in chunks if one.text]
    fragments = [one for chunk in chunks for one in chunk.tool_call_chunks]
    blocks = [_block("reasoning", reasoning), _block("text", texts)]
    blocks += [
        call_block([one for one in fragments if one["index"] == index])
        for index in dict.fromkeys(one["index"] for one in fragments)
    ]
    usage = next((one.usage_metadata for one in chunks if one.usage_metadata), None)
    end = next((one.response_metadata for one in chunks if one.response_metadata), {})
    finish: Event = {"event": "message-finish", "metadata": end}
    return [
        {"event": "message-start", "role": "ai", "id": chunks[-1].id or f"msg-{uuid4().hex}"},
        *(dict(event, index=index) for index, block in enumerate(filter(None, blocks)) for event in block),
        finish | ({"usage": usage} if usage else {}),
    ]


def _reasoning(chunk: AIMessageChunk) -> list[str]:
    """The reasoning of a chunk, in a block or beside the content."""
    blocks = chunk.content if isinstance(chunk.content, list) else []
    inside = [block["thinking"] for block in blocks if isinstance(block, dict) and block.get("thinking")]
    beside = chunk.additional_kwargs.get("reasoning_content")
    return [*inside, *([beside] if beside else [])]


def _block(kind: str, parts: list[str]) -> list[Event]:
    if not parts:
        return []
    return [
        {"event": "content-block-start", "content": {"type": kind, kind: ""}},
        *({"event": "content-block-delta", "delta": {"type": f"{kind}-delta", kind: part}} for part in parts),
        {"event": "content-block-finish", "content": {"type": kind, kind: "".join(parts)}},
    ]


def call_block(fragments: list[Any]) -> list[Event]:
    """The events of a call with these fragments, without an index."""
    first, parts = fragments[0], [one["args"] for one in fragments if one["args"]]
    named = {"id": first["id"], "name": first["name"]}
    return [
        {"event": "content-block-start", "content": {"type": "tool_call_chunk", **named, "args": ""}},
        *({"event": "content-block-delta", "delta": {"type": "tool-call-delta", "args": part}} for part in parts),
        {
            "event": "content-block-finish",
            "content": {"type": "tool_call", **named, "args": json.loads("".join(parts) or "{}")},
        },
    ]
