"""A stream of version v3, and the projections that are read from its events, as langchain-core has them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

from llm_reference import AIMessage
from llm_zoo.bases.v3_events import Event


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
