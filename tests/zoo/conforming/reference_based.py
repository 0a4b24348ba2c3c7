"""Models on the reference, each with other hooks."""

# ruff: noqa: A002  # callers know the first parameter as "input"

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoLLM, GenerationChunk, OneChunkLLM, Runnable
from llm_zoo.bases.events import EventDefect
from llm_zoo.bases.text import TextDefect
from llm_zoo.chat_models import EchoChat

__all__ = [
    "AcallOnly",
    "AstreamOnly",
    "EchoChat",
    "EchoLLM",
    "EventDefect",
    "Informs",
    "LooksAheadToo",
    "OneChunkLLM",
    "RefusesWords",
    "Shout",
    "Silent",
    "StreamOnly",
    "Suspends",
    "Tagged",
    "TakesTags",
    "TextDefect",
    "bound",
    "configured",
]


class AcallOnly(OneChunkLLM):
    """Its asynchronous answer is its own; it has no stream."""

    async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return self._call(prompt, *args, **kwargs)


class StreamOnly(OneChunkLLM):
    """Streams; asynchronous callers are served from a thread."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from (GenerationChunk(text=letter) for letter in self._call(prompt, *args, **kwargs) or [""])


class AstreamOnly(OneChunkLLM):
    """Streams to asynchronous callers alone: stream() gives one chunk."""

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for letter in self._call(prompt, *args, **kwargs) or [""]:
            yield GenerationChunk(text=letter)


class Silent(EchoLLM):
    """Reports none of its tokens."""

    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        return super()._stream(prompt, stop, None, **kwargs)

    def _astream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        return super()._astream(prompt, stop, None, **kwargs)


class Informs(EchoLLM):
    """Its last chunk says why it ended."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        yield GenerationChunk(text="", generation_info={"finish_reason": "stop"})


class Suspends(EchoLLM):
    """Waits a turn of the loop before each token."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            await asyncio.sleep(0)
            yield chunk


class LooksAheadToo(EchoLLM):
    """Gives a chunk when it knows the next one, on a loop as well."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        held = GenerationChunk(text="")
        async for chunk in super()._astream(*args, **kwargs):
            yield held
            held = chunk
        yield held


class Tagged(EchoLLM):
    """Has a name, tags and metadata of its own."""

    name: str | None = "somebody"
    tags: list[str] | None = ["own"]  # noqa: RUF012 - copied for each instance
    metadata: dict[str, Any] | None = {"own": 1}  # noqa: RUF012 - the same


class TakesTags(EchoLLM):
    """Has a parameter of its own for tags, which is none that it does not know."""

    async def astream(self, input: Any, config: Any = None, *, tags: list[str] | None = None, **kwargs: Any) -> Any:
        tagged: Any = {**(config or {}), "tags": [*((config or {}).get("tags") or []), *(tags or [])]}
        async for chunk in super().astream(input, tagged, **kwargs):
            yield chunk


class RefusesWords(EchoLLM):
    """Takes no keyword but stop."""

    async def astream(self, input: Any, config: Any = None, *, stop: Any = None) -> Any:  # type: ignore[override]
        async for chunk in super().astream(input, config, stop=stop):
            yield chunk


class Shout(Runnable[str, str]):
    """No model at all: a step that has invoke() alone, and the fallbacks of the interface."""

    def invoke(self, input: str, config: Any = None, **kwargs: Any) -> str:
        return input.upper()


bound = EchoLLM().bind(user="somebody")
configured = EchoLLM().with_config({"tags": ["own"], "metadata": {"own": 1}})
