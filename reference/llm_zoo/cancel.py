"""A task that is cancelled, and a model that will not hear of it, or that takes others down with it."""

# ruff: noqa: ARG002  # every hook takes what any model may need

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Any, final

from llm_reference import EchoLLM, GenerationChunk, StreamEvent
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.close import Sharing
from llm_zoo.defect import defect


@defect(
    "cancel-cancels-all",
    story="A cancelled stream resets the connection that all streams of the model share.",
    citation="CLOSE-008",
    caught_by=("cancel.isolated",),
    script=True,
)
class CancelCancelsAll(Sharing):
    """Takes its leave too seriously."""

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
    story="The stream takes a cancellation for an end: the task that should have stopped goes on to the next step, "
    "with half an answer.",
    citation="D082: livekit/agents#1386",
    caught_by=("cancel.astream",),
    script=True,
)
class CancellationSwallowed(ScriptedModel):
    """Will not be told to stop."""

    async def astream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        """The stream of the reference, with a deaf ear."""
        try:
            async for chunk in super().astream(*args, **kwargs):
                yield chunk
        except asyncio.CancelledError:
            return


@defect(
    "cancelled-call-answers",
    story="ainvoke() that is cancelled returns what it has: a timeout around it never fires.",
    citation="CLOSE-004",
    caught_by=("cancel.ainvoke",),
    script=True,
)
class CancelledCallAnswers(ScriptedModel):
    """Has the last word."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        said = ""
        try:
            async for text in self.script.aplay(prompt, stop):
                said += text
        except asyncio.CancelledError:
            return said
        return said


@defect(
    "cancelled-events-end",
    story="astream_events() that is cancelled ends as if the run were over: the task goes on.",
    citation="CLOSE-005",
    caught_by=("cancel.events",),
    script=True,
)
class CancelledEventsEnd(ScriptedModel):
    """Closes the book when it is taken away."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The events of the reference."""
        try:
            async for event in super().astream_events(*args, **kwargs):
                yield event
        except asyncio.CancelledError:
            return


@defect(
    "cancelled-stream-said-later",
    story="What a cancelled stream had still in its buffer is the beginning of the next answer.",
    citation="STREAM-012",
    caught_by=("cancel.usable",),
    script=True,
)
class CancelledStreamSaidLater(ScriptedModel):
    """Forgets to empty its pockets."""

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


@final
@defect(
    "cancellation-unheard",
    story="A handler for everything stands around the waiting: it takes a cancellation for a hiccup, and streams on.",
    citation="D080: googleapis/python-genai#2425",
    caught_by=("cancel.ends",),
)
class CancellationUnheard(EchoLLM):
    """Is not to be disturbed. It is final, so that nobody holds its hooks."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            with suppress(BaseException):
                await asyncio.sleep(0)
            yield chunk
