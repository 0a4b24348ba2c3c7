"""Scripted models that join, retry, delay or warn in valid ways."""

import re
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.outputs import GenerationChunk

from zoo.conforming.scripted import Both, SyncOnly

__all__ = [
    "EmptyChunks",
    "Lines",
    "LogProbabilities",
    "LooksAhead",
    "RetriesFirstToken",
    "Slow",
    "Warns",
    "Words",
    "WrapsErrors",
]


class _Joining(Both):
    """Joins tokens into larger chunks; buffered text is yielded at the end."""

    def joined(self, pending: str) -> list[str]:
        """The text in chunks; the last one stays in the buffer."""
        raise NotImplementedError

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        pending, started = "", False
        for text in self.script.play(prompt, stop):
            *ready, pending = self.joined(pending + text)
            started = True
            yield from (GenerationChunk(text=piece) for piece in ready)
        if pending or not started:
            yield GenerationChunk(text=pending)

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        pending, started = "", False
        async for text in self.script.aplay(prompt, stop):
            *ready, pending = self.joined(pending + text)
            started = True
            for piece in ready:
                yield GenerationChunk(text=piece)
        if pending or not started:
            yield GenerationChunk(text=pending)


class Words(_Joining):
    """Joins tokens into words: chunk borders are free."""

    def joined(self, pending: str) -> list[str]:
        return re.split(r"(?<=\S)(?=\s)", pending)


class LogProbabilities(Both):
    """Attaches log probabilities to each token. langchain-core keeps them to the end: memory grows, as it must."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            yield self._with_logprobs(chunk)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield self._with_logprobs(chunk)

    def _with_logprobs(self, chunk: GenerationChunk) -> GenerationChunk:
        return GenerationChunk(text=chunk.text, generation_info={"logprobs": [{"token": chunk.text, "logprob": -0.5}]})


class Lines(_Joining):
    """Joins tokens into lines: chunk borders are free."""

    def joined(self, pending: str) -> list[str]:
        return re.split(r"(?<=\n)", pending)


class LooksAhead(Both):
    """Stays one chunk behind its tokens."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        pending = None
        for chunk in super()._stream(*args, **kwargs):
            if pending is not None:
                yield pending
            pending = chunk
        if pending is not None:
            yield pending

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        pending = None
        async for chunk in super()._astream(*args, **kwargs):
            if pending is not None:
                yield pending
            pending = chunk
        if pending is not None:
            yield pending


class EmptyChunks(Both):
    """Yields empty chunks around its tokens, the first before it starts the script."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="")
        for chunk in super()._stream(*args, **kwargs):
            yield from (chunk, GenerationChunk(text=""))


class Slow(SyncOnly):
    """Waits 2 ms before each answer."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        time.sleep(0.002)
        yield from super()._stream(*args, **kwargs)


class Warns(Both):
    """Emits a deprecation warning for each token."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            warnings.warn(f"{chunk.text!r} by a method that is deprecated" + "; see there" * 9, stacklevel=2)
            yield chunk


class WrapsErrors(Both):
    """Raises its own error with the original as its cause."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except RuntimeError as error:
            raise ConnectionError("no provider") from error

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except RuntimeError as error:
            raise ConnectionError("no provider") from error


class RetriesFirstToken(Both):
    """Retries a request that fails before its first token."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        started = False
        try:
            for chunk in super()._stream(*args, **kwargs):
                started = True
                yield chunk
        except RuntimeError:
            if started:
                raise
            yield from super()._stream(*args, **kwargs)
