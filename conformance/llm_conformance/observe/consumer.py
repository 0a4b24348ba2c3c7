"""The consumer of one call: calls the method, reads what it returns, and records it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.endless import refuse_endless
from llm_conformance.observe.call_styles import CallStyle, ChunkExtractor
from llm_conformance.observe.held_streams import HeldStreams
from llm_conformance.observe.sync_iterator import SyncIterator
from llm_conformance.records import Message, Value


class Consumer:
    """Reads one call.

    timed_out: whether the call has met its timeout: reading on would slow down the calls that follow.
    """

    def __init__(self, driver: Driver, style: CallStyle, prompt: str) -> None:
        self.style = style
        self.prompt = prompt
        self.timed_out = False
        self._driver = driver
        self._extractor = ChunkExtractor(style)
        self._chunks: list[Value] = []
        self._items = 0
        self._after_end: str | None = None
        self._held = HeldStreams()

    def start(self, llm: Any, **more: Any) -> Any:
        """Call the method; what it returns is not read yet."""
        source = self.style.call(llm, self.prompt, **more)
        if not self.style.asynchronous:
            self._held.add(source)
        return source

    def items(self, llm: Any, **more: Any) -> AsyncIterator[Any]:
        """Call the method; the iterator of what it returns, asynchronous in every call style."""
        source = self.start(llm, **more)
        return aiter(source) if self.style.asynchronous else SyncIterator(source)

    def note_item(self) -> None:
        """Count one item, which is progress."""
        self._items += 1

    def record(self, item: Any) -> bool:
        """Record one item; whether it carries text of the answer."""
        self.note_item()
        chunk = self._extractor.chunk(item)
        if chunk is None:
            return False
        value = self._driver.recorder.value(chunk)
        self._chunks.append(value)
        refuse_endless(len(self._chunks))
        return bool(value.text)

    def record_call(self, item: Any) -> bool:
        """Record one item; whether it carries arguments of a call of a tool."""
        before = len(self._chunks)
        self.record(item)
        return any(fragment.args for chunk in self._chunks[before:] for fragment in Message(chunk).fragments)

    def text_of(self, item: Any) -> str:
        """The text of one item, which is not recorded."""
        chunk = self._extractor.chunk(item)
        return "" if chunk is None else self._driver.recorder.value(chunk).text or ""

    @property
    def text(self) -> str:
        """The text that was recorded until now."""
        return "".join(chunk.text or "" for chunk in self._chunks)

    async def read_all(self, items: AsyncIterator[Any]) -> None:
        """Record every item that is left."""
        async for item in items:
            if self.timed_out:
                return
            self.record(item)

    async def read_to_text(self, items: AsyncIterator[Any]) -> None:
        """Record items up to the first that carries text."""
        async for item in items:
            if self.record(item):
                break

    async def next_after_end(self, items: AsyncIterator[Any]) -> None:
        """Call next() once more after the end, and record what it does."""
        try:
            self._after_end = f"returned {self._driver.recorder.value(await anext(items)).display!r}"
        except StopAsyncIteration:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it came after the end
            self._after_end = self._driver.recorder.exception(error).text

    async def close(self, source: Any) -> None:
        """Close what the method returned, or its iterator; nothing where it has no method for that."""
        if self.style.asynchronous:
            if (aclose := getattr(source, "aclose", None)) is not None:
                await aclose()
        else:
            getattr(source, "close", lambda: None)()
