"""Streams that are none: begun too early, handed over too late, or with nobody else alive meanwhile."""

# ruff: noqa: A002, ARG002  # callers know the first parameter as "input"; every hook takes what any model may need

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from queue import SimpleQueue
from typing import Any

from llm_reference import GenerationChunk, RunnableConfig, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect


@defect(
    "request-at-the-call",
    story="stream() sends its request when it is called: a stream that is only prepared, or never read, "
    "is generated and billed.",
    citation="STREAM-005",
    caught_by=("stream.lazy",),
    script=True,
)
class RequestAtTheCall(ScriptedModel):
    """Asks first, and looks later whether anybody reads."""

    def stream(self, input: Any, config: RunnableConfig | None = None, *, stop: Any = None, **kwargs: Any) -> Any:
        """The tokens of a request that is under way."""
        if not isinstance(input, (str, list)):
            return super().stream(input, config, stop=stop, **kwargs)
        prompt = input if isinstance(input, str) else f"Human: {input[-1][1]}"
        tokens = self.script.play(prompt, stop)
        return (text for text in tokens)


@defect(
    "close-drains",
    story="The stream's close() reads what is left, so that the connection can be used again: closing a stream that "
    "nobody has read sends the request, and waits for the whole answer.",
    citation="STREAM-006",
    caught_by=("stream.close-unstarted", "close.stream"),
    script=True,
)
class CloseDrains(ScriptedModel):
    """Leaves no stream unread."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, in a wrapper that is too tidy."""
        return _Draining(super().stream(*args, **kwargs))


class _Draining:
    """An iterator that reads itself to its end."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._chunks)

    def close(self) -> None:
        """Read on."""
        for _ in self._chunks:
            pass


@defect(
    "read-ahead-without-end",
    story="A thread reads the provider's stream into a queue as fast as it can: a consumer that takes one chunk and "
    "thinks about it has paid for the whole answer, and holds it in memory.",
    citation="STREAM-014",
    caught_by=("stream.backpressure",),
    also_fails={"close.stream": "the thread does not know that the consumer has left"},
    script=True,
)
class ReadAheadWithoutEnd(ScriptedModel):
    """Runs ahead of everybody."""

    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        ready: SimpleQueue[Any] = SimpleQueue()

        def read() -> None:
            try:
                for text in self.script.play(prompt, stop):
                    ready.put(text)
                ready.put(None)
            except Exception as error:  # noqa: BLE001  # raised by whoever reads
                ready.put(error)

        threading.Thread(target=read, daemon=True).start()
        while (item := ready.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield GenerationChunk(item)


@defect(
    "collected-first",
    story="The client collects all chunks before it hands over the first: many chunks, the right text, "
    "and the user looks at an empty page until the last token.",
    citation="D008: langchain-ai/langchainjs#6661",
    caught_by=("live.stream",),
    script=True,
)
class CollectedFirst(ScriptedModel):
    """Streams when there is nothing left to stream."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from list(super()._stream(*args, **kwargs))

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in [chunk async for chunk in super()._astream(*args, **kwargs)]:
            yield chunk


@defect(
    "one-tokenizer-known",
    story="The answer goes through an incremental parser that was tried with the tokens of one provider, a word or a "
    "blank each. Tokens that hold a blank and a word are more than it can take apart: it waits for the end.",
    citation="D124: langchain-ai/langchain#16423",
    caught_by=("live.stream",),
    script=True,
)
class OneTokenizerKnown(ScriptedModel):
    """Streams what comes in the pieces that it expects."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        kept: list[GenerationChunk] = []
        for chunk in super()._stream(*args, **kwargs):
            if kept or chunk.text.strip() not in {"", chunk.text}:
                kept.append(chunk)
            else:
                yield chunk
        yield from kept


@defect(
    "events-told-afterwards",
    story="astream_events() runs the model to its end and tells the events then: a page that shows tokens from events "
    "shows them all at once.",
    citation="LIVE-002",
    caught_by=("live.events",),
    script=True,
)
class EventsToldAfterwards(ScriptedModel):
    """Has a good memory."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, when it is over."""
        for event in [event async for event in super().astream_events(*args, **kwargs)]:
            yield event


@defect(
    "sync-client-on-the-loop",
    story="The asynchronous stream drives a synchronous client: while the provider is silent the whole process stands "
    "still, heartbeats are missed, and the broker delivers the message again.",
    citation="D010: bbvch-ai/aihub-core#1645, langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked",),
    script=True,
)
class SyncClientOnTheLoop(ScriptedModel):
    """Is asynchronous by name."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in self._stream(*args, **kwargs):
            yield chunk


@defect(
    "sync-call-on-the-loop",
    story="ainvoke() calls the synchronous client without a thread: it answers, and nothing else runs meanwhile.",
    citation="D010: langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked",),
    script=True,
)
class SyncCallOnTheLoop(ScriptedModel):
    """Forgets the thread."""

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return self._call(*args, **kwargs)


@defect(
    "events-block-the-loop",
    story="astream_events() reads the synchronous stream: whoever listens to events has a server that serves one user.",
    citation="LIVE-003",
    caught_by=("loop.not-blocked-by-events",),
    script=True,
)
class EventsBlockTheLoop(ScriptedModel):
    """Is asynchronous, except when it tells of it."""

    _telling: bool = False

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        if self._telling:
            for chunk in self._stream(*args, **kwargs):
                yield chunk
        else:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference, made by the other stream."""
        self._telling = True
        try:
            async for event in super().astream_events(*args, **kwargs):
                yield event
        finally:
            self._telling = False
            await asyncio.sleep(0)
