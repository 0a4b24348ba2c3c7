"""A model that fails in the middle of its answer, and what becomes of the failure on its way to the consumer."""

# ruff: noqa: ARG002  # every hook takes what any model may need

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
    "half-an-answer",
    story="When the provider fails in the middle, invoke() returns what came until then: half an answer is stored as "
    "if it were whole.",
    citation="D068: BerriAI/litellm#31619",
    caught_by=("errors.invoke",),
    script=True,
)
class HalfAnAnswer(ScriptedModel):
    """Takes what it can get."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        said: list[str] = []
        with suppress(RuntimeError):
            said.extend(self.script.play(prompt, stop))
        return "".join(said)


@defect(
    "cut-without-a-word",
    story="An error in the middle of the stream ends it: the page shows a sentence that breaks off, "
    "and nobody knows why.",
    citation="D069: vercel/ai#4726; D068: BerriAI/litellm#31619",
    caught_by=("errors.stream",),
    script=True,
)
class CutWithoutAWord(ScriptedModel):
    """Takes every end for the end."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk("")
        with suppress(RuntimeError):
            yield from super()._stream(*args, **kwargs)


@defect(
    "cause-thrown-away",
    story="Every failure becomes one error of the adapter's own, without its cause: whoever waits on a rate limit "
    "and gives up on a bad key cannot tell them apart.",
    citation="STREAM-010",
    caught_by=("errors.keep-cause",),
    script=True,
)
class CauseThrownAway(ScriptedModel):
    """Knows one word for all that goes wrong."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except RuntimeError:
            raise ConnectionError("the provider failed") from None


@defect(
    "replayed-after-failure",
    story="A retry around the stream begins again after chunks were handed out: the page shows the beginning twice.",
    citation="D074: endolith/open-interpreter#291, NuGuardAI/nuguard#455",
    caught_by=("errors.keep-chunks",),
    script=True,
)
class ReplayedAfterFailure(ScriptedModel):
    """Does not know what it has said."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        with suppress(RuntimeError):
            yield from super()._stream(*args, **kwargs)
            return
        yield from super()._stream(*args, **kwargs)


@defect(
    "fails-for-ever",
    story="A stream that has failed fails at every further next(): a consumer that catches, logs and reads on "
    "never comes to an end.",
    citation="STREAM-007",
    caught_by=("errors.once",),
    script=True,
)
class FailsForEver(ScriptedModel):
    """Repeats itself."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, in an iterator that does not end."""
        return Failing(super().stream(*args, **kwargs))


class Failing:
    """An iterator that remembers how it failed."""

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
        """Leave it."""
        self._chunks.close()


@defect(
    "failure-sticks",
    story="A stream that failed leaves the connection half read: the next call gets what the last one did not.",
    citation="STREAM-012",
    caught_by=("errors.usable-after",),
    script=True,
)
class FailureSticks(ScriptedModel):
    """Does not clean up after a failure."""

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
    story="astream_events() of a model that fails in the middle ends like a success, after the tokens so far.",
    citation="EVENT-015",
    caught_by=("errors.events",),
    script=True,
)
class EventsEndAtFailure(ScriptedModel):
    """Narrates until it chokes."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events up to the error."""
        try:
            async for event in super().astream_events(*args, **kwargs):
                yield event
        except NotImplementedError:
            raise
        except RuntimeError:
            return


@defect(
    "nothing-becomes-none",
    story="A model that has nothing to say is given a word by the adapter: the answer is the text None.",
    citation="STREAM-009",
    caught_by=("errors.empty-answer",),
    script=True,
)
class NothingBecomesNone(ScriptedModel):
    """Cannot bear silence."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        total: Any = None
        async for chunk in super()._astream(*args, **kwargs):
            total = chunk
            yield chunk
        if total is None:
            yield GenerationChunk(str(total))


@defect(
    "silence-taken-for-failure",
    story="The first chunk is fetched to see whether the model works, and the end of an empty stream is taken for a "
    "failure: the fallback answers where the model had nothing to say.",
    citation="D076: langchain-ai/langchain#38892",
    caught_by=("errors.empty-answer",),
    script=True,
)
class SilenceTakenForFailure(ScriptedModel):
    """Asks somebody else."""

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
    "producer-dies-alone",
    story="A task reads the provider and fills a queue. When the provider fails, the task writes a line into the log, "
    "and is over: the reader waits at the queue for ever.",
    citation="D077: run-llama/llama_index#10071",
    caught_by=("errors.stream", "errors.events"),
    script=True,
)
class ProducerDiesAlone(ScriptedModel):
    """Tells the log, and nobody else."""

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
