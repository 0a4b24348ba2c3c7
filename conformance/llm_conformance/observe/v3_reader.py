"""Reads a stream of version v3 as an iterator: its events, or one of its projections."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

from llm_conformance.observe.call_styles import EVENTS_V3, CallStyle

TEXT = "text"
# What a message is read from; "" stands for the events.
PROJECTIONS = ("text", "reasoning", "tool_calls", "output")

TextOf = Callable[[Any], Any]


def text_of_delta(event: Any) -> str:
    """The text that an event adds; empty for any other event."""
    delta = event.get("delta") if isinstance(event, dict) else None
    found = delta.get("text") if isinstance(delta, dict) and delta.get("type") == "text-delta" else None
    return found if isinstance(found, str) else ""


class BlockTexts:
    """The text that an event adds, and the whole text of a block that finishes with another than its deltas have."""

    def __init__(self) -> None:
        self._deltas: dict[object, str] = {}

    def of(self, event: Any) -> str:
        """The text; empty if the event adds none."""
        index = event.get("index") if isinstance(event, dict) else None
        if added := text_of_delta(event):
            self._deltas[index] = self._deltas.get(index, "") + added
        content = event.get("content") if isinstance(event, dict) else None
        if not isinstance(content, dict) or event.get("event") != "content-block-finish":
            return added
        whole = content.get("text")
        return whole if isinstance(whole, str) and whole != self._deltas.pop(index, "") else added


class AfterError:
    """The text that an event adds; what follows an `error` event is given as it is."""

    def __init__(self) -> None:
        self._failed = False

    def of(self, event: Any) -> Any:
        """The text, or the event."""
        if self._failed:
            return event
        self._failed = isinstance(event, dict) and event.get("event") == "error"
        return text_of_delta(event)


class V3Reader:
    """Reads the stream that a synchronous call returned. It keeps nothing of what it has read.

    text: the text that an event adds.
    """

    def __init__(self, stream: Any, projection: str = "", text: TextOf = text_of_delta) -> None:
        self._stream = stream
        self._projection = projection
        self._text = text
        self._iterator: Iterator[Any] | None = None

    def __iter__(self) -> V3Reader:
        return self

    def __next__(self) -> Any:
        if self._iterator is None:
            self._iterator = iter(self._read())
        item = next(self._iterator)
        return item if self._projection else self._text(item)

    def close(self) -> None:
        """Leave the stream: by its `close()` if it has one. It is dropped, too, as many can be left by that alone."""
        stream, iterator, self._stream, self._iterator = self._stream, self._iterator, None, None
        for one in (iterator, stream):
            getattr(one, "close", lambda: None)()

    def _read(self) -> Any:
        if self._projection == "output":
            return [self._stream.output][:0]
        return getattr(self._stream, self._projection) if self._projection else self._stream


class AsyncV3Reader:
    """The same for the stream that an asynchronous call returned. within: read it inside of `async with`."""

    def __init__(
        self, source: Any, projection: str = "", text: TextOf = text_of_delta, *, within: bool = False
    ) -> None:
        self._source = source
        self._text = text
        self._projection = projection
        self._within = within
        self._iterator: Any = None

    def __aiter__(self) -> AsyncV3Reader:
        return self

    async def open(self) -> None:
        """Await the stream; it is not read yet."""
        if isinstance(self._source, Awaitable) and not hasattr(self._source, "__aiter__"):
            self._source = await self._source
        if self._within:
            await type(self._source).__aenter__(self._source)

    async def __anext__(self) -> Any:
        if self._iterator is None:
            await self.open()
            if self._projection == "output":
                await self._source.output
                raise StopAsyncIteration
            self._iterator = aiter(getattr(self._source, self._projection) if self._projection else self._source)
        item = await anext(self._iterator)
        return item if self._projection else self._text(item)

    async def aclose(self) -> None:
        """Leave the stream: by the end of `async with`, by its `aclose()`, or by that of its iterator."""
        source, iterator, self._source, self._iterator = self._source, self._iterator, None, None
        if self._within:
            await type(source).__aexit__(source, None, None, None)
        else:
            for one in (iterator, source):
                if (aclose := getattr(one, "aclose", None)) is not None:
                    await aclose()


def reading(
    style: CallStyle, projection: str = "", *, within: bool = False, text: Callable[[], TextOf] = lambda: text_of_delta
) -> CallStyle:
    """The call style whose items are the texts of the events, or what the projection yields.

    text: makes for each call the function that reads the text of an event.
    """

    def call(llm: Any, *more: Any, **options: Any) -> Any:
        source = style.call(llm, *more, **options)
        if style.asynchronous:
            return AsyncV3Reader(source, projection, text(), within=within)
        return V3Reader(source, projection, text())

    return replace(style, name=f"{style.name} {projection}".rstrip(), call=call)


V3_READERS = tuple(reading(style) for style in EVENTS_V3)
V3_TEXTS = tuple(reading(style, TEXT) for style in EVENTS_V3)
V3_WHOLE_TEXTS = tuple(reading(style, text=lambda: BlockTexts().of) for style in EVENTS_V3)
