"""Streams that start too early, buffer, or block the event loop."""

# ruff: noqa: A002, ARG002  # callers pass the first parameter as "input"; every hook keeps the full signature

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import closing
from itertools import islice
from queue import SimpleQueue
from typing import Any

from llm_reference import GenerationChunk, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect


@defect(
    "request-at-call",
    story="`stream()` sends its request when it is called: a stream that is never read is generated and billed.",
    citation="STREAM-005",
    caught_by=("stream.lazy",),
    script=True,
)
class RequestAtCall(ScriptedModel):
    def stream(self, input: Any, *args: Any, **kwargs: Any) -> Any:
        chunks = super().stream(input, *args, **kwargs)
        if not isinstance(input, (str, list)):
            return chunks
        return _and_then(list(islice(chunks, 1)), chunks)


def _and_then(first: list[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


@defect(
    "close-drains",
    story="`close()` reads the rest of the stream, so that the connection can be reused: closing a stream before its "
    "first chunk sends the request and waits for the whole answer.",
    citation="STREAM-006",
    caught_by=("stream.close-unstarted", "close.stream"),
    script=True,
)
class CloseDrains(ScriptedModel):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return _DrainsOnClose(super().stream(*args, **kwargs))


class _DrainsOnClose:
    """An iterator whose `close()` reads to the end."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._chunks)

    def close(self) -> None:
        """Read to the end: this is the defect."""
        for _ in self._chunks:
            pass


@defect(
    "unbounded-read-ahead",
    story="A thread reads the provider's stream into a queue as fast as it can: a slow consumer that has read one "
    "chunk already pays for the whole answer, and keeps it in memory.",
    citation="STREAM-014",
    caught_by=("stream.backpressure",),
    also_fails={"close.nested": "a chain closes the stream late, when the thread has read all"},
    script=True,
)
class UnboundedReadAhead(ScriptedModel):
    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        ready: SimpleQueue[Any] = SimpleQueue()
        left = threading.Event()

        def read() -> None:
            try:
                with closing(self.script.play(prompt, stop)) as tokens:
                    for text in tokens:
                        if left.is_set():
                            return
                        ready.put(text)
                ready.put(None)
            except Exception as error:  # noqa: BLE001  # raised to the consumer
                ready.put(error)

        threading.Thread(target=read, daemon=True).start()
        try:
            while (item := ready.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield GenerationChunk(item)
        finally:
            left.set()


@defect(
    "collected-first",
    story="The client collects all chunks before it yields the first: the chunks and the text are right, but the user "
    "looks at an empty page until the last token.",
    citation="D008: langchain-ai/langchainjs#6661",
    caught_by=("live.stream",),
    script=True,
)
class CollectedFirst(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from list(super()._stream(*args, **kwargs))

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in [chunk async for chunk in super()._astream(*args, **kwargs)]:
            yield chunk


@defect(
    "buffers-unknown-tokens",
    story="The answer goes through an incremental parser that expects each token to be a word or a space. A token with "
    "both makes it buffer everything until the end.",
    citation="D124: langchain-ai/langchain#16423",
    caught_by=("live.stream",),
    script=True,
)
class BuffersUnknownTokens(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        pending: list[GenerationChunk] = []
        for chunk in super()._stream(*args, **kwargs):
            if pending or chunk.text.strip() not in {"", chunk.text}:
                pending.append(chunk)
            else:
                yield chunk
        yield from pending


@defect(
    "events-after-answer",
    story="`astream_events()` runs the model to its end before it emits events: a page that shows tokens from events "
    "shows all of them at once.",
    citation="LIVE-002",
    caught_by=("live.events",),
    script=True,
)
class EventsAfterAnswer(ScriptedModel):
    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        for event in [event async for event in super().astream_events(*args, **kwargs)]:
            yield event


@defect(
    "sync-client-on-loop",
    story="The asynchronous stream uses a synchronous client: while the provider is silent the whole process is "
    "blocked, heartbeats are missed, and the broker delivers the message again.",
    citation="D010: bbvch-ai/aihub-core#1645, langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked",),
    script=True,
)
class SyncClientOnLoop(ScriptedModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in self._stream(*args, **kwargs):
            yield chunk


@defect(
    "sync-call-on-loop",
    story="`ainvoke()` calls the synchronous client without a thread: nothing else runs on the event loop until the "
    "answer is there.",
    citation="D010: langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked",),
    script=True,
)
class SyncCallOnLoop(ScriptedModel):
    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return self._call(*args, **kwargs)


@defect(
    "events-block-loop",
    story="`astream_events()` reads the synchronous stream: while one user reads events, the server cannot serve "
    "another.",
    citation="LIVE-003",
    caught_by=("loop.not-blocked-by-events",),
    script=True,
)
class EventsBlockLoop(ScriptedModel):
    _telling: bool = False

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        if self._telling:
            for chunk in self._stream(*args, **kwargs):
                yield chunk
        else:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        self._telling = True
        try:
            async for event in super().astream_events(*args, **kwargs):
                yield event
        finally:
            self._telling = False
            await asyncio.sleep(0)
