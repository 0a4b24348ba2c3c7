"""Models based on the reference, with each combination of hooks."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import EchoChatModel, EchoLLM, GenerationChunk, OneChunkChatModel, OneChunkLLM, Runnable
from llm_reference.runs.run import Run
from llm_zoo.bases.events import EventDefect, phase
from llm_zoo.bases.text import TextDefect
from llm_zoo.chat_models import EchoChat

__all__ = [
    "AcallOnly",
    "AstreamOnly",
    "EchoChat",
    "EchoChatModel",
    "EchoLLM",
    "EndRepeatsInput",
    "EventDefect",
    "FinishReason",
    "LooksAhead",
    "NoReports",
    "OneChunkChatModel",
    "OneChunkLLM",
    "StartsWithoutConfig",
    "StopOnly",
    "StreamOnly",
    "Suspends",
    "Tagged",
    "TagsInTurn",
    "TakesTags",
    "TextDefect",
    "UppercaseStep",
    "bound",
    "configured",
]


class TagsInTurn(EchoLLM):
    """Asks its backends in turn, and tags each run with the one that it asks."""

    calls: int = 0

    def _run(self, prompt: str, config: Any) -> Run:
        type(self).calls += 1
        tags = [*((config or {}).get("tags") or []), f"t{self.calls % 3 + 1}"]
        own: Any = {**(config or {}), "tags": tags}
        return super()._run(prompt, own)


class AcallOnly(OneChunkLLM):
    """Has a native asynchronous call and does not stream."""

    async def _acall(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return self._call(prompt, *args, **kwargs)


class StreamOnly(OneChunkLLM):
    """Streams; asynchronous calls run in a thread."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from (GenerationChunk(text=letter) for letter in self._call(prompt, *args, **kwargs) or [""])


class AstreamOnly(OneChunkLLM):
    """Streams asynchronously only: `stream()` yields one chunk."""

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for letter in self._call(prompt, *args, **kwargs) or [""]:
            yield GenerationChunk(text=letter)


class NoReports(EchoLLM):
    """Does not report tokens: the interface reports them itself."""

    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        return super()._stream(prompt, stop, None, **kwargs)

    def _astream(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        return super()._astream(prompt, stop, None, **kwargs)


class StartsWithoutConfig(EchoLLM):
    """Calls handlers by itself, with neither the tags nor the metadata of the config."""

    def _run(self, prompt: str, config: Any) -> Run:
        run = super()._run(prompt, config)
        run.handlers = [_Required(handler) for handler in run.handlers]
        return run


class _Required:
    """A handler that gets the required arguments of its start alone."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def on_llm_start(self, serialized: Any, prompts: Any, *, run_id: Any, **_more: Any) -> Any:
        return self._handler.on_llm_start(serialized, prompts, run_id=run_id)


class FinishReason(EchoLLM):
    """Its last chunk carries the finish reason."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        yield GenerationChunk(text="", generation_info={"finish_reason": "stop"})


class Suspends(EchoLLM):
    """Yields to the event loop before each token."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            await asyncio.sleep(0)
            yield chunk


class LooksAhead(EchoLLM):
    """Its asynchronous stream stays one chunk behind."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        pending = GenerationChunk(text="")
        async for chunk in super()._astream(*args, **kwargs):
            yield pending
            pending = chunk
        yield pending


class Tagged(EchoLLM):
    """Has its own name, tags and metadata."""

    name: str | None = "own name"
    tags: list[str] | None = ["own"]  # noqa: RUF012 - copied for each instance
    metadata: dict[str, Any] | None = {"own": 1}  # noqa: RUF012 - the same


class TakesTags(EchoLLM):
    """Has a keyword parameter with the name of a config key: it is a known argument."""

    async def astream(self, input: Any, config: Any = None, *, tags: list[str] | None = None, **kwargs: Any) -> Any:
        tagged: Any = {**(config or {}), "tags": [*((config or {}).get("tags") or []), *(tags or [])]}
        async for chunk in super().astream(input, tagged, **kwargs):
            yield chunk


class StopOnly(EchoLLM):
    """Accepts no keyword except `stop`."""

    async def astream(self, input: Any, config: Any = None, *, stop: Any = None) -> Any:  # type: ignore[override]
        async for chunk in super().astream(input, config, stop=stop):
            yield chunk


class UppercaseStep(Runnable[str, str]):
    """A step that is not a model: it has `invoke()` and the fallbacks of the interface."""

    def invoke(self, input: str, config: Any = None, **kwargs: Any) -> str:
        return input.upper()


bound = EchoLLM().bind(user="own name")
configured = EchoLLM().with_config({"tags": ["own"], "metadata": {"own": 1}})


class EndRepeatsInput(EventDefect):
    """The end event of the root has the input: harmless where langchain-core does not make the events (EVENT-012)."""

    _input: Any = None

    def _transform_event(self, event: Any, _version: str) -> Iterator[Any]:
        if phase(event) == "start":
            self._input = event["data"]["input"]
        yield {**event, "data": {**event["data"], "input": self._input}} if phase(event) == "end" else event
