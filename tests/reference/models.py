"""Models for the tests. `twins.py` builds them a second time on langchain-core."""

# ruff: noqa: RUF012  # a field's default is copied for each instance

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import LLM, GenerationChunk


class OnlyCall(LLM):
    """Does not stream."""

    calls: list[tuple[str, Any, Any]] = []

    @property
    def _llm_type(self) -> str:
        return "test"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        self.calls.append((prompt, stop, kwargs))
        return "".join(pieces(prompt))


class OnlyAcall(OnlyCall):
    """Has a native `_acall` and does not stream."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return f"natively {prompt}"


class SyncStream(OnlyCall):
    """Streams; only its synchronous hooks are implemented."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        self.calls.append((prompt, stop, kwargs))
        for piece in pieces(prompt):
            chunk = GenerationChunk(text=piece)
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk


class Streams(SyncStream):
    """Streams, synchronously and asynchronously."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        self.calls.append((prompt, stop, kwargs))
        for piece in pieces(prompt):
            chunk = GenerationChunk(text=piece)
            if run_manager:
                await run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk


class OnlyAstream(OnlyCall):
    """Streams only asynchronously."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for piece in pieces(prompt):
            yield GenerationChunk(text=piece)


class Blanks(OnlyCall):
    """Yields some empty chunks."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for piece in ("", "a", "", "b", ""):
            yield GenerationChunk(text=piece)


class Nothing(OnlyCall):
    """Streams without a chunk."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        return iter(())


class Breaks(OnlyCall):
    """Raises after as many chunks as the prompt says."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        raise ConnectionError("connection lost")

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for number in range(int(prompt)):
            yield GenerationChunk(text=f"{number} ")
        raise ConnectionError("connection lost")

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for number in range(int(prompt)):
            yield GenerationChunk(text=f"{number} ")
        raise ConnectionError("connection lost")


class CallBreaks(OnlyCall):
    """Does not stream, and raises."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        raise ConnectionError("connection lost")


class Informs(OnlyCall):
    """Its last chunk has a finish reason."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="a", generation_info={"finish_reason": None})
        yield GenerationChunk(text="b")
        yield GenerationChunk(text="c", generation_info={"finish_reason": "stop"})


class Endless(OnlyCall):
    """Streams endlessly. It counts its chunks and records when it is closed."""

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
    """The same, synchronously and asynchronously."""

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
    """Raises if the prompt is "bad"."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        if prompt == "bad":
            raise ConnectionError("connection lost")
        return f"good {prompt}"


def pieces(prompt: str) -> list[str]:
    """Five chunks; some characters in them are hard to split."""
    return ["You", " said:", f" {prompt}", "\n\n", "é🙂"]
