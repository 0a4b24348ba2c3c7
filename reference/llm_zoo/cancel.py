"""Models that ignore the cancellation of a task, or that cancel other calls with it."""

# ruff: noqa: ARG002  # every hook keeps the full signature

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Any, final

from llm_reference import EchoLLM, GenerationChunk, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.close import SharedConnection
from llm_zoo.defect import defect


@defect(
    "cancel-cancels-all",
    story="A cancelled stream resets the connection that all streams of the model share: the answers of other users "
    "break off.",
    citation="CLOSE-008",
    caught_by=("cancel.isolated",),
    script=True,
)
class CancelCancelsAll(SharedConnection):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        connection = self._shared()
        try:
            async for chunk in super()._astream(*args, **kwargs):
                if connection[-1] == "closed":
                    return
                yield chunk
        except asyncio.CancelledError:
            connection.append("closed")
            raise


@defect(
    "cancellation-swallowed",
    story="The stream treats a cancellation as its end: the task that should have stopped continues with half an "
    "answer.",
    citation="D082: livekit/agents#1386",
    caught_by=("cancel.astream",),
    script=True,
)
class CancellationSwallowed(ScriptedModel):
    async def astream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        try:
            async for chunk in super().astream(*args, **kwargs):
                yield chunk
        except asyncio.CancelledError:
            return


@defect(
    "cancelled-call-answers",
    story="A cancelled `ainvoke()` returns the text generated so far: a timeout around it never fires.",
    citation="CLOSE-004",
    caught_by=("cancel.ainvoke",),
    script=True,
)
class CancelledCallAnswers(ScriptedModel):
    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        answer = ""
        try:
            async for text in self.script.aplay(prompt, stop):
                answer += text
        except asyncio.CancelledError:
            return answer
        return answer


@defect(
    "cancelled-events-end",
    story="A cancelled `astream_events()` ends as if the run were complete: the cancelled task continues.",
    citation="CLOSE-005",
    caught_by=("cancel.events",),
    script=True,
)
class CancelledEventsEnd(ScriptedModel):
    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        try:
            async for event in super().astream_events(*args, **kwargs):
                yield event
        except asyncio.CancelledError:
            return


@defect(
    "cancelled-text-in-next-answer",
    story="The buffer of a cancelled stream is not cleared: the next answer begins with its text.",
    citation="STREAM-012",
    caught_by=("cancel.usable",),
    script=True,
)
class CancelledTextInNextAnswer(ScriptedModel):
    _buffer: str = ""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        if self._buffer:
            yield GenerationChunk(self._buffer)
            self._buffer = ""
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except asyncio.CancelledError:
            self._buffer = "as I was saying, "
            raise


@defect(
    "hook-suppresses-cancellation",
    story="The hook of a black box suppresses a cancellation while it connects to the provider: a request that was "
    "given up goes on.",
    citation="CLOSE-004",
    caught_by=("cancel.astream",),
)
class HookSuppressesCancellation(EchoLLM):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk


@final
@defect(
    "cancellation-suppressed",
    story="A catch-all handler around the wait suppresses the cancellation: the stream continues.",
    citation="D080: googleapis/python-genai#2425",
    caught_by=("cancel.ends",),
)
class CancellationSuppressed(EchoLLM):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            with suppress(BaseException):
                await asyncio.sleep(0)
            yield chunk
