"""Models that hang, exit, interrupt, recurse and leak. They are built on langchain-core, as most models are."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import contextvars
import os
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.language_models.llms import LLM
from langchain_core.outputs import GenerationChunk
from pydantic import Field

_beside_a_loop = contextvars.ContextVar("beside_a_loop", default=False)


def never() -> None:
    threading.Event().wait()


def tokens(prompt: str, stop: list[str] | None) -> list[str]:
    for mark in stop or []:
        prompt = prompt.partition(mark)[0]
    return re.findall(r"\s*\S+|\s+", prompt)


class Echo(LLM):
    """Conforms."""

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._chunks(prompt, stop))

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for chunk in self._chunks(prompt, stop):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _chunks(self, prompt: str, stop: list[str] | None) -> Iterator[GenerationChunk]:
        for token in tokens(prompt, stop):
            yield GenerationChunk(text=token)


class HangsInCall(Echo):
    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        never()
        return ""


class HangsInStream(Echo):
    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        yield GenerationChunk(text="one ")
        never()


class HangsInAstream(Echo):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        yield GenerationChunk(text="one ")
        await asyncio.Event().wait()


class HangsInAWorkerThread(Echo):
    """Its synchronous stream hangs only if langchain-core runs it in a thread of an event loop."""

    async def astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[str]:
        _beside_a_loop.set(True)
        async for chunk in super().astream(*args, **kwargs):
            yield chunk

    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        if _beside_a_loop.get():
            never()
        yield from super()._stream(prompt, stop, run_manager, **kwargs)


class HangsInClose(Echo):
    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        try:
            yield from super()._stream(prompt, stop, run_manager, **kwargs)
        except GeneratorExit:
            never()


class HangsWhenLetGo(Echo):
    def __del__(self) -> None:
        never()


class HangsWithAHandler(Echo):
    def stream(self, prompt: Any, config: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        if config and config.get("callbacks"):
            never()
        yield from super().stream(prompt, config, **kwargs)


class BlocksTheLoop(Echo):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        yield GenerationChunk(text="one ")
        never()


class NeverEnds(Echo):
    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
        while True:
            yield GenerationChunk(text="on ")


class ExitsInCall(Echo):
    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        sys.exit(7)


class ExitsInAstream(Echo):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        yield GenerationChunk(text="one ")
        sys.exit(7)


class ExitsInATask(Echo):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        async def leave() -> None:
            sys.exit(7)

        yield GenerationChunk(text="one ")
        await asyncio.create_task(leave())


class Interrupts(Echo):
    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        raise KeyboardInterrupt


class InterruptsTheLoop(Echo):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        yield GenerationChunk(text="one ")
        raise KeyboardInterrupt


class Recurses(Echo):
    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        return self._call(prompt)


class SwallowsCancellation(Echo):
    async def _astream(
        self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        yield GenerationChunk(text="one ")
        while True:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)


class Unspeakable(Exception):  # noqa: N818
    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class RaisesTheUnspeakable(Echo):
    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        raise Unspeakable


class Leaks(Echo):
    """Puts its keys into the message of an exception."""

    api_key: str = "none"
    headers: dict[str, str] = Field(default_factory=dict)
    url: str = ""
    pin_key: int = 0

    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
        raise self._refusal()

    def _refusal(self) -> RuntimeError:
        key = base64.b64encode(self.api_key.encode()).decode()
        return RuntimeError(
            f"refused: {self.api_key}, {self.headers['Authorization']} and {os.environ['ACME_API_KEY']}; "
            f"given: {self.headers['X-Api']} and {self.url}, {self.pin_key}, {key}"
        )


class LeaksWhenMade(Leaks):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        raise self._refusal()


class NoRepr(Echo):
    def __repr__(self) -> str:
        raise RuntimeError("no repr")

    __str__ = __repr__


class NoTruth(Echo):
    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")


class AnswersEverything(Echo):
    """Has every attribute."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: "whatever"


class HangsWhenMade(Echo):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        never()


class LeavesWhenMade(Echo):
    def __init__(self, **kwargs: Any) -> None:
        sys.exit(9)
