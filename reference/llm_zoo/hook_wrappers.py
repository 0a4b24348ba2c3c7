"""Black-box models with correct hooks and a wrong public method around them."""

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

# Seconds. A loaded machine may hide half of it.
_ANSWER = 0.2
_POOL = ThreadPoolExecutor(1)


@defect(
    "hook-collected-first",
    story="`astream()` collects all chunks of the provider's hook before it yields the first, to inspect the whole "
    "answer: the provider streams, the user waits, and with a fast model the delay cannot be measured.",
    citation="D008: langchain-ai/langchainjs#6661",
    caught_by=("live.stream",),
)
class HookCollectedFirst(TextDefect):
    async def astream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        for chunk in [chunk async for chunk in super().astream(*args, **kwargs)]:
            yield chunk


@defect(
    "hook-events-buffered",
    story="`astream_events()` waits for the end of the model's answer before it emits events: a page that shows tokens "
    "from events shows all of them at once.",
    citation="LIVE-002",
    caught_by=("live.events",),
)
class HookEventsBuffered(TextDefect):
    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        for event in [event async for event in super().astream_events(*args, **kwargs)]:
            yield event


class _IgnoresClose:
    """An iterator whose `close()` does nothing."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._chunks)

    def close(self) -> None:
        """Do nothing: this is the defect."""


@defect(
    "hook-never-closed",
    story="The stream is wrapped in an iterator whose `close()` does nothing: the wrapped generator and its connection "
    "stay open as long as the wrapper is referenced.",
    citation="CLOSE-001",
    caught_by=("close.stream",),
)
class HookNeverClosed(TextDefect):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return _IgnoresClose(super().stream(*args, **kwargs))


@defect(
    "hook-reads-ahead",
    story="A thread reads the stream into a queue as fast as the provider sends it: a consumer that reads one chunk "
    "pays for all of them, and the thread does not notice when the consumer leaves.",
    citation="STREAM-014",
    caught_by=("close.stream",),
)
class HookReadsAhead(TextDefect):
    suffix: ClassVar[tuple[str, ...]] = tuple(f" {place}" for place in range(40))

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        ready: SimpleQueue[Any] = SimpleQueue()
        chunks = super().stream(*args, **kwargs)

        def read() -> None:
            try:
                for chunk in chunks:
                    ready.put(chunk)
                ready.put(None)
            except Exception as error:  # noqa: BLE001  # raised to the consumer
                ready.put(error)

        threading.Thread(target=read, daemon=True).start()
        while (item := ready.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item


@defect(
    "hook-blocks-event-loop",
    story="`astream()` reads each chunk of the synchronous hook in a thread, and then blocks the event loop until the "
    "thread is done: while the provider is silent, the whole process waits.",
    citation="D010: langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked",),
    also_fails=dict.fromkeys(
        ("events.first", "events.order", "nested.balance"),
        "the thread's reports wait for the event loop and arrive after the chunk",
    ),
)
class HookBlocksEventLoop(TextDefect):
    async def astream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
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
    "events-buffered",
    story="`astream()` streams, but `astream_events()` keeps its events until the answer is complete: a page that is "
    "fed by events is slow, and only timing shows it.",
    citation="LIVE-002",
    caught_by=("live.events-timing",),
)
class EventsBuffered(TextDefect):
    async def _astream(self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        pause = _ANSWER / len(self._tokens(prompt, None))
        async for chunk in super()._astream(prompt, stop, *args, **kwargs):
            await asyncio.sleep(pause)
            yield chunk

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        for event in [event async for event in super().astream_events(*args, **kwargs)]:
            yield event
