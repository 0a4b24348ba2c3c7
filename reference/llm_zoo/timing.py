"""Streams that are none, of models that nobody holds in hand: only their time tells."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect

# Twice what time accuses: half of it may go astray on a loaded machine.
_ANSWER = 0.5
_WORK = 0.2


@defect(
    "waits-on-the-loop",
    story="The asynchronous stream waits for each token as the synchronous one does: while one user is answered, "
    "nobody else is.",
    citation="D010: bbvch-ai/aihub-core#1645, langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked-timing",),
)
class WaitsOnTheLoop(TextDefect):
    """Is asynchronous by name, and nobody can tell from outside but by the clock."""

    async def _astream(
        self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        pause = _ANSWER / len(self._tokens(prompt, stop))
        async for chunk in super()._astream(prompt, stop, *args, **kwargs):
            self._receive(pause)
            yield chunk

    def _receive(self, seconds: float) -> None:
        """Wait for the provider."""
        time.sleep(seconds)


@defect(
    "handed-over-at-the-end",
    story="The stream is read to its end before its first chunk is handed over: the cursor blinks, and then there is "
    "a page of text.",
    citation="D008: langchain-ai/langchainjs#6661",
    caught_by=("live.stream-timing",),
)
class HandedOverAtTheEnd(TextDefect):
    """Has the answer, token by token, and keeps it."""

    def _stream(self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        tokens = self._tokens(prompt, stop)
        for token in tokens:
            time.sleep(_WORK / len(tokens))
            self._receive(token)
        yield from super()._stream(prompt, stop, *args, **kwargs)

    async def _astream(
        self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        tokens = self._tokens(prompt, stop)
        for token in tokens:
            await asyncio.sleep(_WORK / len(tokens))
            self._receive(token)
        async for chunk in super()._astream(prompt, stop, *args, **kwargs):
            yield chunk

    def _receive(self, token: str) -> None:
        """Keep what the provider has sent."""
