"""Models that fail in the middle of an answer and lose the error on its way to the consumer."""

# ruff: noqa: ARG002  # every hook keeps the full signature

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

from llm_reference import GenerationChunk, StreamEvent
from llm_reference.aio.tasks import cancel_and_wait
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_log = logging.getLogger(__name__)


@defect(
    "invoke-returns-partial-answer",
    story="When the provider fails in the middle of an answer, `invoke()` returns the text so far: half an answer is "
    "stored as a whole one.",
    citation="D068: BerriAI/litellm#31619",
    caught_by=("errors.invoke",),
    script=True,
)
class InvokeReturnsPartialAnswer(ScriptedModel):
    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        texts: list[str] = []
        with suppress(RuntimeError):
            texts.extend(self.script.play(prompt, stop))
        return "".join(texts)


@defect(
    "error-ends-stream",
    story="An error in the middle of the stream ends it without an exception: the page shows half a sentence without "
    "an explanation.",
    citation="D069: vercel/ai#4726; D068: BerriAI/litellm#31619",
    caught_by=("errors.stream",),
    script=True,
)
class ErrorEndsStream(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk("")
        with suppress(RuntimeError):
            yield from super()._stream(*args, **kwargs)


@defect(
    "cause-lost",
    story="Every failure becomes one error type of the adapter, without its cause: a caller cannot retry on a rate "
    "limit and give up on an invalid key.",
    citation="STREAM-010",
    caught_by=("errors.keep-cause",),
    script=True,
)
class CauseLost(ScriptedModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except RuntimeError:
            raise ConnectionError("the provider failed") from None


@defect(
    "replayed-after-failure",
    story="A retry around the stream starts again after chunks were already yielded: the page shows the beginning "
    "twice.",
    citation="D074: endolith/open-interpreter#291, NuGuardAI/nuguard#455",
    caught_by=("errors.keep-chunks",),
    script=True,
)
class ReplayedAfterFailure(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        with suppress(RuntimeError):
            yield from super()._stream(*args, **kwargs)
            return
        yield from super()._stream(*args, **kwargs)


@defect(
    "error-raised-repeatedly",
    story="A stream that has failed raises at every further `next()`: a consumer that catches the error, logs it and "
    "reads on never finishes.",
    citation="STREAM-007",
    caught_by=("errors.once",),
    script=True,
)
class ErrorRaisedRepeatedly(ScriptedModel):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return RaisesRepeatedly(super().stream(*args, **kwargs))


class RaisesRepeatedly:
    """An iterator that raises its first error again at every later `next()`."""

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks
        self._error: Exception | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._error is not None:
            raise self._error
        try:
            chunk: str = next(self._chunks)
        except StopIteration:
            raise
        except Exception as error:
            self._error = error
            raise
        return chunk

    def close(self) -> None:
        """Close the wrapped stream."""
        self._chunks.close()


@defect(
    "failed-text-in-next-answer",
    story="A stream that fails leaves unread data in the connection: the next answer begins with text of the failed "
    "one.",
    citation="STREAM-012",
    caught_by=("errors.usable-after",),
    script=True,
)
class FailedTextInNextAnswer(ScriptedModel):
    _rest: str = ""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except RuntimeError:
            self._rest = "rest "
            raise

    def _call(self, *args: Any, **kwargs: Any) -> str:
        rest, self._rest = self._rest, ""
        return rest + super()._call(*args, **kwargs)


@defect(
    "events-end-at-failure",
    story="When the model fails in the middle of an answer, `astream_events()` ends like a success after the tokens so "
    "far.",
    citation="EVENT-015",
    caught_by=("errors.events",),
    script=True,
)
class EventsEndAtFailure(ScriptedModel):
    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        try:
            async for event in super().astream_events(*args, **kwargs):
                yield event
        except NotImplementedError:
            raise
        except RuntimeError:
            return


@defect(
    "empty-answer-becomes-none",
    story="The adapter turns an empty answer into the text 'None', which the user reads as the answer.",
    citation="STREAM-009",
    caught_by=("errors.empty-answer",),
    script=True,
)
class EmptyAnswerBecomesNone(ScriptedModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        total: Any = None
        async for chunk in super()._astream(*args, **kwargs):
            total = chunk
            yield chunk
        if total is None:
            yield GenerationChunk(str(total))


@defect(
    "empty-answer-taken-for-failure",
    story="The adapter fetches the first chunk to test whether the model works, and treats an empty stream as a "
    "failure: the fallback answers where the model's answer was empty.",
    citation="D076: langchain-ai/langchain#38892",
    caught_by=("errors.empty-answer",),
    script=True,
)
class EmptyAnswerTakenForFailure(ScriptedModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        chunks = super()._stream(*args, **kwargs)
        try:
            first = next(chunks)
        except StopIteration:
            yield GenerationChunk("This is the other model.")
            return
        yield first
        yield from chunks


@defect(
    "producer-error-not-forwarded",
    story="A background task reads the provider and fills a queue. When the provider fails, the task logs the error "
    "and ends without closing the queue: the consumer waits forever.",
    citation="D077: run-llama/llama_index#10071",
    caught_by=("errors.stream",),
    script=True,
)
class ProducerErrorNotForwarded(ScriptedModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        ready: asyncio.Queue[GenerationChunk | None] = asyncio.Queue(1)
        source = super()._astream(*args, **kwargs)

        async def produce() -> None:
            try:
                async for chunk in source:
                    await ready.put(chunk)
            except RuntimeError as error:
                _log.debug("the provider failed: %r", error)
            else:
                await ready.put(None)

        producer = asyncio.create_task(produce())
        try:
            while (chunk := await ready.get()) is not None:
                yield chunk
        finally:
            await cancel_and_wait([producer])
