"""Models that are slow for valid reasons, for the checks that judge by timing."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import asyncio
import hashlib
import time
from collections.abc import Iterator
from typing import Any

from langchain_core.outputs import GenerationChunk

from zoo.conforming.langchain_based import CallOnly
from zoo.conforming.plain import Bare

__all__ = [
    "ComputesInThread",
    "ComputesOnLoop",
    "LoadsAtFirstCall",
    "OneChunk",
    "QuickAfterPrompt",
    "ShortAnswerInOnePacket",
    "SlowInThread",
    "SlowPrompt",
    "SlowTokens",
]

_LONG = 0.3


def computed(seconds: float) -> None:
    """Compute for that many seconds, holding the GIL except when another thread requests it."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        hashlib.sha256(b"weights").digest()


class SlowTokens(Bare):
    """Waits before each token without blocking the event loop."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        await asyncio.sleep(_LONG)
        return self.invoke(input, config, **kwargs)

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.tokens(input, **kwargs):
            time.sleep(_LONG / 10)
            yield token

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.tokens(input, **kwargs):
            await asyncio.sleep(_LONG / 10)
            yield token


class ComputesOnLoop(Bare):
    """Computes on the event loop, as a local model may: timing cannot distinguish it from a busy machine."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        computed(_LONG)
        return self.invoke(input, config, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.tokens(input, **kwargs):
            computed(_LONG / 10)
            yield token
            await asyncio.sleep(0)


class SlowPrompt(SlowTokens):
    """Takes long for the prompt, and little for each token."""

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        time.sleep(2 * _LONG)
        for token in self.tokens(input, **kwargs):
            yield token
            time.sleep(0.002)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        await asyncio.sleep(2 * _LONG)
        for token in self.tokens(input, **kwargs):
            yield token
            await asyncio.sleep(0.002)


class QuickAfterPrompt(SlowTokens):
    """Works on the prompt for 0.3 s, and then generates the whole answer within a few milliseconds."""

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        time.sleep(_LONG)
        yield from self.tokens(input, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        await asyncio.sleep(_LONG)
        for token in self.tokens(input, **kwargs):
            yield token


class ShortAnswerInOnePacket(SlowTokens):
    """Its short answer arrives in one packet."""

    def tokens(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return ["".join(super().tokens(input, stop)), ".", ".", "."]

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        time.sleep(_LONG)
        yield from self.tokens(input, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        await asyncio.sleep(_LONG)
        for token in self.tokens(input, **kwargs):
            yield token


class OneChunk(SlowTokens):
    """Does not stream: it yields one chunk."""

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        time.sleep(_LONG)
        yield self.invoke(input, config, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        yield await self.ainvoke(input, config, **kwargs)


class LoadsAtFirstCall(Bare):
    """Loads for 0.3 s at the first call of each kind, on the event loop as well."""

    def __init__(self) -> None:
        self._loaded: set[str] = set()

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        self._load("ainvoke")
        return self.invoke(input, config, **kwargs)

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        self._load("stream")
        yield from self.tokens(input, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        self._load("astream")
        for token in self.tokens(input, **kwargs):
            yield token

    def _load(self, what: str) -> None:
        if what not in self._loaded:
            self._loaded.add(what)
            time.sleep(_LONG)


class SlowInThread(CallOnly):
    """A synchronous client that langchain-core runs in a thread, once per token."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        self._receive(_LONG)
        return super()._call(prompt, stop, run_manager, **kwargs)

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for token in self.tokens(prompt, stop):
            self._receive(_LONG / 10)
            yield GenerationChunk(text=token)

    def _receive(self, seconds: float) -> None:
        time.sleep(seconds)


class ComputesInThread(SlowInThread):
    """Computes in a thread, so that the event loop has to request the GIL."""

    def _receive(self, seconds: float) -> None:
        computed(seconds)
