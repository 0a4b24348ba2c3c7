"""Models for the tests. They import two names; `twins.py` builds them a second time with both from langchain-core."""

# ruff: noqa: RUF012  # a field's default is copied for each instance

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import LLM, GenerationChunk


class OnlyCall(LLM):
    """No streaming at all."""

    heard: list[tuple[str, Any, Any]] = []

    @property
    def _llm_type(self) -> str:
        return "test"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        self.heard.append((prompt, stop, kwargs))
        return "".join(pieces(prompt))


class OnlyAcall(OnlyCall):
    """A native ainvoke, no streaming."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return f"natively {prompt}"


class SyncStream(OnlyCall):
    """Streams; knows nothing of async."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        self.heard.append((prompt, stop, kwargs))
        for piece in pieces(prompt):
            chunk = GenerationChunk(text=piece)
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk


class Streams(SyncStream):
    """Streams both ways."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        self.heard.append((prompt, stop, kwargs))
        for piece in pieces(prompt):
            chunk = GenerationChunk(text=piece)
            if run_manager:
                await run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk


class OnlyAstream(OnlyCall):
    """Streams natively in async, and not otherwise."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for piece in pieces(prompt):
            yield GenerationChunk(text=piece)


class Blanks(OnlyCall):
    """Some of its chunks are empty."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for piece in ("", "a", "", "b", ""):
            yield GenerationChunk(text=piece)


class Nothing(OnlyCall):
    """A stream without a single chunk."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        return iter(())


class Breaks(OnlyCall):
    """Fails after as many chunks as its prompt says."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        raise ConnectionError("the line is cut")

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for number in range(int(prompt)):
            yield GenerationChunk(text=f"{number} ")
        raise ConnectionError("the line is cut")

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for number in range(int(prompt)):
            yield GenerationChunk(text=f"{number} ")
        raise ConnectionError("the line is cut")


class CallBreaks(OnlyCall):
    """Has no streaming, and fails."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        raise ConnectionError("the line is cut")


class Informs(OnlyCall):
    """Its last chunk says why it ended."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="a", generation_info={"finish_reason": None})
        yield GenerationChunk(text="b")
        yield GenerationChunk(text="c", generation_info={"finish_reason": "stop"})


class Endless(OnlyCall):
    """Never ends by itself; counts its chunks and notes when it is closed."""

    made: list[int] = []
    closed: list[str] = []

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        try:
            while True:
                self.made.append(len(self.made))
                yield GenerationChunk(text="again ")
        except GeneratorExit:
            self.closed.append(threading.current_thread().name)
            raise


class AsyncEndless(Endless):
    """The same, both ways."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        try:
            while True:
                self.made.append(len(self.made))
                yield GenerationChunk(text="again ")
                await asyncio.sleep(0)
        except BaseException as error:
            self.closed.append(type(error).__name__)
            raise


class BadOnDemand(OnlyCall):
    """Fails where the prompt is "bad"."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        if prompt == "bad":
            raise ConnectionError("the line is cut")
        return f"good {prompt}"


def pieces(prompt: str) -> list[str]:
    """Five pieces, some of them awkward to cut."""
    return ["You", " said:", f" {prompt}", "\n\n", "é🙂"]
