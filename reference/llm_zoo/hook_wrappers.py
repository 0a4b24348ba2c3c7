"""Black boxes whose hooks are as they should be, and what the model itself puts around them is not."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, ClassVar, final

from llm_reference import StreamEvent
from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect

# Half of it may go astray on a loaded machine.
_ANSWER = 0.2
_POOL = ThreadPoolExecutor(1)


@defect(
    "hook-collected-first",
    story="astream() collects what the provider's hook gives, to look at the answer as a whole, and hands it over "
    "chunk by chunk. The provider streams, the user waits; and with a quick model no clock tells.",
    citation="D008: langchain-ai/langchainjs#6661",
    caught_by=("live.stream",),
)
class HookCollectedFirst(TextDefect):
    """Reads the answer before anybody else does."""

    async def astream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        """The chunks of the reference, when there are no more."""
        for chunk in [chunk async for chunk in super().astream(*args, **kwargs)]:
            yield chunk


@defect(
    "hook-events-told-afterwards",
    story="astream_events() waits for the model's end and tells the events then: a page that shows tokens from events "
    "shows them all at once.",
    citation="LIVE-002",
    caught_by=("live.events",),
)
class HookEventsToldAfterwards(TextDefect):
    """Tells a story that is over."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, when there are no more."""
        for event in [event async for event in super().astream_events(*args, **kwargs)]:
            yield event


class _Deaf:
    """An iterator whose close() does nothing."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._chunks)

    def close(self) -> None:
        """Leave everything as it is."""


@defect(
    "hook-never-closed",
    story="The stream is wrapped in an iterator whose close() is a courtesy to whoever calls it. What it wraps, a "
    "generator that holds the connection, stays open for as long as somebody keeps the wrapper.",
    citation="CLOSE-001",
    caught_by=("close.stream",),
)
class HookNeverClosed(TextDefect):
    """Cannot be hung up on."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, wrapped."""
        return _Deaf(super().stream(*args, **kwargs))


@defect(
    "hook-read-to-its-end",
    story="A thread reads the stream into a queue as fast as the provider gives it: who takes one chunk has paid for "
    "all of them, and who leaves is not noticed.",
    citation="STREAM-014",
    caught_by=("stream.backpressure", "close.stream"),
)
class HookReadToItsEnd(TextDefect):
    """Cannot wait."""

    suffix: ClassVar[tuple[str, ...]] = tuple(f" {place}" for place in range(40))

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, by way of a thread."""
        ready: SimpleQueue[Any] = SimpleQueue()
        chunks = super().stream(*args, **kwargs)

        def read() -> None:
            try:
                for chunk in chunks:
                    ready.put(chunk)
                ready.put(None)
            except Exception as error:  # noqa: BLE001  # raised by whoever reads
                ready.put(error)

        threading.Thread(target=read, daemon=True).start()
        while (item := ready.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item


@defect(
    "hook-waited-for-on-the-loop",
    story="astream() has a thread draw each chunk of the synchronous hook, and waits for the thread as synchronous "
    "code does: while the provider is silent, the process is.",
    citation="D010: langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked",),
    also_fails=dict.fromkeys(
        ("events.first", "events.order", "nested.balance"),
        "what the thread tells of its run is heard when the loop goes on: behind the chunk",
    ),
)
class HookWaitedForOnTheLoop(TextDefect):
    """Keeps its thread company."""

    async def astream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        """The chunks of stream(), drawn in a thread."""
        chunks, context = super().stream(*args, **kwargs), copy_context()

        def draw() -> str | None:
            return next(chunks, None)

        try:
            while (chunk := _POOL.submit(context.run, draw).result()) is not None:
                yield chunk
                await asyncio.sleep(0)
        finally:
            chunks.close()


@final
@defect(
    "events-handed-over-at-the-end",
    story="astream() streams, and astream_events() keeps the events until the model is through: of the two pages that "
    "one model serves, one is slow, and only the clock can tell which.",
    citation="LIVE-002",
    caught_by=("live.events-timing",),
)
class EventsHandedOverAtTheEnd(TextDefect):
    """Takes its time over every token, and tells of it afterwards. It is final, so that nobody holds its hooks."""

    async def _astream(self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        pause = _ANSWER / len(self._tokens(prompt, stop))
        async for chunk in super()._astream(prompt, stop, *args, **kwargs):
            await asyncio.sleep(pause)
            yield chunk

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, when there are no more."""
        for event in [event async for event in super().astream_events(*args, **kwargs)]:
            yield event
