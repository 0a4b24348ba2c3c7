"""Models that take their time, and owe nobody an explanation: only the checks that judge by time are asked of them."""

# ruff: noqa: A002  # callers know the first parameter as "input"

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
    "Connects",
    "Evaluates",
    "FewAtTheEnd",
    "OnePiece",
    "SlowInThread",
    "SlowTokens",
]

_LONG = 0.3


def computed(seconds: float) -> None:
    """Work that long, holding the interpreter's lock all the time but where it is asked for."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        hashlib.sha256(b"weights").digest()


class SlowTokens(Bare):
    """Waits before each token, as a loop likes it."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        await asyncio.sleep(_LONG)
        return self.invoke(input, config, **kwargs)

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.said(input, **kwargs):
            time.sleep(_LONG / 10)
            yield token

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.said(input, **kwargs):
            await asyncio.sleep(_LONG / 10)
            yield token


class ComputesOnLoop(Bare):
    """A local model without threads: it blocks the loop, but by work, which time cannot tell from a loaded machine."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        computed(_LONG)
        return self.invoke(input, config, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        for token in self.said(input, **kwargs):
            computed(_LONG / 10)
            yield token
            await asyncio.sleep(0)


class Evaluates(SlowTokens):
    """A long time for the prompt, then token after token."""

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        time.sleep(2 * _LONG)
        for token in self.said(input, **kwargs):
            yield token
            time.sleep(0.002)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        await asyncio.sleep(2 * _LONG)
        for token in self.said(input, **kwargs):
            yield token
            await asyncio.sleep(0.002)


class FewAtTheEnd(SlowTokens):
    """A short answer, whose few tokens come in one packet."""

    def said(self, input: Any, stop: list[str] | None = None) -> list[str]:
        return ["".join(super().said(input, stop)), ".", ".", "."]

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        time.sleep(_LONG)
        yield from self.said(input, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        await asyncio.sleep(_LONG)
        for token in self.said(input, **kwargs):
            yield token


class OnePiece(SlowTokens):
    """Has nothing to give before it has all."""

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        time.sleep(_LONG)
        yield self.invoke(input, config, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        yield await self.ainvoke(input, config, **kwargs)


class Connects(Bare):
    """Loads what it needs at the first call of each kind, wherever that comes from."""

    def __init__(self) -> None:
        self._loaded: set[str] = set()

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        self._load("ainvoke")
        return self.invoke(input, config, **kwargs)

    def stream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        self._load("stream")
        yield from self.said(input, **kwargs)

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        self._load("astream")
        for token in self.said(input, **kwargs):
            yield token

    def _load(self, what: str) -> None:
        if what not in self._loaded:
            self._loaded.add(what)
            time.sleep(_LONG)


class SlowInThread(CallOnly):
    """A synchronous client, which langchain-core drives in a thread, a call for each token."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        self._receive(_LONG)
        return super()._call(prompt, stop, run_manager, **kwargs)

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for token in self.said(prompt, stop):
            self._receive(_LONG / 10)
            yield GenerationChunk(text=token)

    def _receive(self, seconds: float) -> None:
        time.sleep(seconds)


class ComputesInThread(SlowInThread):
    """A local model of Python code in that thread: the loop has to ask for the interpreter's lock each time."""

    def _receive(self, seconds: float) -> None:
        computed(seconds)
