"""A stream of version v3 that is made of events, right or wrong, and the projections that are read from them."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, Self

from llm_reference import AIMessage
from llm_reference.blocks.projection import AsyncProjection, Projection
from llm_zoo.bases.v3_events import Event

# The deltas of a part of the answer, and the part as a whole.
Part = tuple[list[Any], Any]
# Of each projection, the key of its deltas.
TEXT, REASONING, CALLS = "text", "reasoning", "args"


class V3Stream:
    """The events of one call. They are kept for those that read them again. `close()` stops the source."""

    def __init__(self, source: Iterator[Event]) -> None:
        self._source = source
        self._events: list[Event] = []
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[Event]:
        """Every event, those first that were read before."""
        place = 0
        while place < len(self._events) or self._read():
            yield self._events[place]
            place += 1

    def _read(self) -> bool:
        """Whether the model has yielded one more event. What it raised, every reader gets."""
        if self._error is not None:
            raise self._error
        try:
            event = next(self._source, None)
        except Exception as error:
            self._error = error
            raise
        self._events += [] if event is None else [event]
        return event is not None

    def close(self) -> None:
        """Stop the model."""
        if close := getattr(self._source, "close", None):
            close()

    def _all(self) -> "Answer":
        while self._read():
            pass
        return Answer(self._events)

    def _deltas(self, key: str) -> Iterator[Any]:
        for event in self:
            yield from Answer(self._events).deltas(event, key)

    @property
    def text(self) -> Projection[Any, Any]:
        """The text."""
        return Projection(lambda: self._deltas(TEXT), lambda: self._all().part(TEXT)[1])

    @property
    def reasoning(self) -> Projection[Any, Any]:
        """The reasoning."""
        return Projection(lambda: self._deltas(REASONING), lambda: self._all().part(REASONING)[1])

    @property
    def tool_calls(self) -> Projection[Any, Any]:
        """The calls."""
        return Projection(lambda: self._deltas(CALLS), lambda: self._all().part(CALLS)[1])

    @property
    def output(self) -> AIMessage:
        """The whole message."""
        return self._all().message


class AsyncV3Stream:
    """The same for an event loop."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._events: list[Event] = []
        self._error: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Every event, those first that were read before."""
        place = 0
        while place < len(self._events) or await self._read():
            yield self._events[place]
            place += 1

    async def _read(self) -> bool:
        """Whether the model has yielded one more event. What it raised, every reader gets."""
        if self._error is not None:
            raise self._error
        try:
            self._events.append(await anext(self._source))
        except StopAsyncIteration:
            return False
        except Exception as error:
            self._error = error
            raise
        return True

    async def aclose(self) -> None:
        """Stop the model."""
        await self._source.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _all(self) -> "Answer":
        while await self._read():
            pass
        return Answer(self._events)

    async def _deltas(self, key: str) -> AsyncGenerator[Any, None]:
        async for event in self:
            for delta in Answer(self._events).deltas(event, key):
                yield delta

    async def _whole(self, key: str) -> Any:
        return (await self._all()).part(key)[1]

    @property
    def text(self) -> AsyncProjection[Any, Any]:
        """The text."""
        return AsyncProjection(lambda: self._deltas(TEXT), lambda: self._whole(TEXT))

    @property
    def reasoning(self) -> AsyncProjection[Any, Any]:
        """The reasoning."""
        return AsyncProjection(lambda: self._deltas(REASONING), lambda: self._whole(REASONING))

    @property
    def tool_calls(self) -> AsyncProjection[Any, Any]:
        """The calls."""
        return AsyncProjection(lambda: self._deltas(CALLS), lambda: self._whole(CALLS))

    @property
    async def output(self) -> AIMessage:
        """The whole message."""
        return (await self._all()).message


class Answer:
    """What a reader of these events has at their end. Like that of langchain-core, it takes wrong events, too."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events

    def part(self, key: str) -> Part:
        """The text, the reasoning or the calls."""
        deltas = [delta for event in self._events for delta in self.deltas(event, key)]
        if key == CALLS:
            return deltas, [one for one in self._blocks if one["type"] == "tool_call"]
        return deltas, "".join(one.get(key, "") for one in self._blocks if one["type"] == key)

    def deltas(self, event: Event, key: str) -> list[Any]:
        """What the event adds; a fragment of a call names the call to which it belongs."""
        if key not in event.get("delta", {}):
            return []
        delta = event["delta"][key]
        return [dict(_started(self._events, event), args=delta) if key == CALLS else delta]

    @property
    def message(self) -> AIMessage:
        """The whole message."""
        finish = next((event for event in self._events if event["event"] == "message-finish"), {})
        return AIMessage(
            list(self._blocks),
            tool_calls=self.part(CALLS)[1],
            usage_metadata=finish.get("usage"),
            response_metadata=dict(finish.get("metadata") or {}),
            id=next((event.get("id") for event in self._events if event["event"] == "message-start"), None),
        )

    @property
    def _blocks(self) -> list[Any]:
        finished = {event["index"]: event["content"] for event in self._events if _is_of(event, "finish")}
        return [one for _, one in sorted(finished.items())]


def _is_of(event: Event, what: str) -> bool:
    return bool(event["event"] == f"content-block-{what}")


def _started(events: list[Event], delta: Event) -> Event:
    starts = [event for event in events if _is_of(event, "start")]
    same = (event["content"] for event in starts if event["index"] == delta["index"])
    calls = (event["content"] for event in starts if event["content"]["type"] == "tool_call_chunk")
    return next(same, None) or next(calls, {})
