"""String models on langchain-core, with each combination of hooks, reporting their tokens or not."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.caches import InMemoryCache
from langchain_core.language_models import FakeListLLM
from langchain_core.language_models.llms import LLM, BaseLLM
from langchain_core.outputs import Generation, GenerationChunk, LLMResult
from pydantic import BaseModel, Field, PrivateAttr

if not issubclass(LLM, BaseModel):  # langchain-core before 0.3
    from pydantic.v1 import Field, PrivateAttr  # type: ignore[no-redef]  # of the same form

__all__ = [
    "AcallAndAstream",
    "AcallOnly",
    "AstreamOnly",
    "BlankChunks",
    "Both",
    "Cached",
    "CallOnly",
    "Duck",
    "GeneratesOnly",
    "Informs",
    "NoReports",
    "NoStop",
    "Sampled",
    "SlowThread",
    "StreamOnly",
    "Tagged",
    "WithFields",
    "no_answer",
    "one_answer",
    "some_answers",
]


class CallOnly(LLM):
    """No streaming at all."""

    @property
    def _llm_type(self) -> str:
        return "innocent"

    def said(self, prompt: str, stop: list[str] | None) -> list[str]:
        """The tokens of the answer, ended before the stop mark."""
        text = f"You said: {prompt}"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return [text[start : start + 4] for start in range(0, len(text), 4)]

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.said(prompt, stop))


class AcallOnly(CallOnly):
    """A native ainvoke, no streaming."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.said(prompt, stop))


class StreamOnly(CallOnly):
    """Streams; asynchronous callers go through the executor."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for token in self.said(prompt, stop):
            chunk = GenerationChunk(text=token)
            if run_manager:
                run_manager.on_llm_new_token(token, chunk=chunk)
            yield chunk


class AstreamOnly(CallOnly):
    """Streams to asynchronous callers alone: stream() gives one chunk."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self.said(prompt, stop):
            chunk = GenerationChunk(text=token)
            if run_manager:
                await run_manager.on_llm_new_token(token, chunk=chunk)
            await asyncio.sleep(0)
            yield chunk


class AcallAndAstream(AcallOnly, AstreamOnly):
    """Its asynchronous side is whole, its synchronous one is not."""


class Both(AstreamOnly, StreamOnly):
    """Streams both ways."""


class GeneratesOnly(BaseLLM):
    """Has the one hook of the base class, which answers many prompts at once."""

    @property
    def _llm_type(self) -> str:
        return "innocent"

    def _generate(
        self, prompts: list[str], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> LLMResult:
        texts = [CallOnly()._call(prompt, stop) for prompt in prompts]
        return LLMResult(generations=[[Generation(text=text)] for text in texts])


class Duck(BaseModel):
    """A pydantic model that passes its calls on, and inherits from no Runnable."""

    temperature: float = 0.0

    def invoke(self, *args: Any, **kwargs: Any) -> str:
        return Both().invoke(*args, **kwargs)

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[str]:
        return Both().stream(*args, **kwargs)

    def astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[str]:
        return Both().astream(*args, **kwargs)

    def astream_events(self, *args: Any, **kwargs: Any) -> Any:
        return Both().astream_events(*args, **kwargs)


class NoReports(CallOnly):
    """Streams both ways, and tells its run manager nothing of it."""

    def _stream(self, prompt: str, stop: list[str] | None = None, *args: Any, **kw: Any) -> Iterator[GenerationChunk]:
        yield from (GenerationChunk(text=token) for token in self.said(prompt, stop))

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self.said(prompt, stop):
            yield GenerationChunk(text=token)


class BlankChunks(Both):
    """Some of its tokens are empty."""

    def said(self, prompt: str, stop: list[str] | None) -> list[str]:
        first, *others = super().said(prompt, stop)
        return ["", first, "", "", *others, ""]


class Informs(NoReports):
    """Its last chunk is empty and says why it ended."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from super()._stream(*args, **kwargs)
        yield GenerationChunk(text="", generation_info={"finish_reason": "stop", "usage": {"tokens": 3}})

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        yield GenerationChunk(text="", generation_info={"finish_reason": "stop", "usage": {"tokens": 3}})


class NoStop(Both):
    """Cannot stop, and says so."""

    def said(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop is not None:
            raise NotImplementedError("stop")
        return super().said(prompt, stop)


class WithFields(Both):
    """Has fields, private attributes and an alias, as pydantic models do."""

    temperature: float = Field(default=0.0, alias="heat")
    _count: int = PrivateAttr(default=0)

    def said(self, prompt: str, stop: list[str] | None) -> list[str]:
        self._count += 1
        return super().said(prompt, stop)


class Cached(Both):
    """Has a cache, which invoke() uses and stream() does not."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cache=InMemoryCache(), **kwargs)


class Sampled(Both):
    """Numbers its answers, so that no two are alike."""

    _count: int = PrivateAttr(default=0)

    def said(self, prompt: str, stop: list[str] | None) -> list[str]:
        self._count += 1
        return [f"{self._count}. ", *super().said(prompt, stop)]


class SlowThread(StreamOnly):
    """Keeps a thread busy before it answers."""

    def said(self, prompt: str, stop: list[str] | None) -> list[str]:
        time.sleep(0.004)
        return super().said(prompt, stop)


class Tagged(Both):
    """Has a name, tags and metadata of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(name="somebody", tags=["own"], metadata={"own": 1}, **kwargs)


def one_answer() -> Any:
    """A fake that always says the same."""
    return FakeListLLM(responses=["the one and only answer"])


def some_answers() -> Any:
    """A fake that answers from a list, which has one answer twice: it looks settled, and is not."""
    return FakeListLLM(responses=["x", "x", "y"])


def no_answer() -> Any:
    """A fake that has nothing to say."""
    return FakeListLLM(responses=[""])
