"""Streams of uncontrolled models that buffer or block: only timing shows it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_zoo.bases.text import TextDefect
from llm_zoo.defect import defect

# Seconds, twice the threshold of the checks: a loaded machine may hide half of it.
_ANSWER = 0.5
_A_TOKEN = 0.03


@defect(
    "blocks-loop-while-waiting",
    story="The asynchronous stream waits for each token with a blocking call: while one user is served, all others "
    "wait.",
    citation="D010: bbvch-ai/aihub-core#1645, langchain-ai/langchain#9177",
    caught_by=("loop.not-blocked-timing",),
)
class BlocksLoopWhileWaiting(TextDefect):
    async def _astream(
        self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        pause = _ANSWER / len(self._tokens(prompt, stop))
        async for chunk in super()._astream(prompt, stop, *args, **kwargs):
            self._receive(pause)
            yield chunk

    def _receive(self, seconds: float) -> None:
        time.sleep(seconds)


@defect(
    "chunks-buffered",
    story="The stream is read to its end before the first chunk is yielded: the user sees nothing, and then the whole "
    "answer at once.",
    citation="D008: langchain-ai/langchainjs#6661",
    caught_by=("live.stream-timing",),
)
class ChunksBuffered(TextDefect):
    def _stream(self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        tokens = self._tokens(prompt, stop)
        for token in tokens:
            time.sleep(_A_TOKEN)
            self._receive(token)
        yield from super()._stream(prompt, stop, *args, **kwargs)

    async def _astream(
        self, prompt: str, stop: Any = None, *args: Any, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        tokens = self._tokens(prompt, stop)
        for token in tokens:
            await asyncio.sleep(_A_TOKEN)
            self._receive(token)
        async for chunk in super()._astream(prompt, stop, *args, **kwargs):
            yield chunk

    def _receive(self, token: str) -> None:
        """Keep a token of the provider."""
