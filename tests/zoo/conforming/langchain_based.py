"""String models on langchain-core with each combination of hooks, with and without callbacks for tokens."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import CallbackManager
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
    "CachedCall",
    "CallOnly",
    "CallsAnother",
    "DuckTyped",
    "FinishReason",
    "GeneratesOnly",
    "Listed",
    "NoReports",
    "NoStop",
    "NumberedAnswers",
    "OneStopText",
    "OwnCache",
    "SlowThread",
    "SmallCache",
    "StreamOnly",
    "Tagged",
    "WithFields",
    "no_answer",
    "one_answer",
    "some_answers",
]


class CallOnly(LLM):
    """Does not stream."""

    @property
    def _llm_type(self) -> str:
        return "conforming"

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        """The tokens of the answer, up to the stop word."""
        text = f"You said: {prompt}"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return [text[start : start + 4] for start in range(0, len(text), 4)]

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.tokens(prompt, stop))


class AcallOnly(CallOnly):
    """Has a native `ainvoke()` and does not stream."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.tokens(prompt, stop))


class StreamOnly(CallOnly):
    """Streams; asynchronous calls run in the executor."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for token in self.tokens(prompt, stop):
            chunk = GenerationChunk(text=token)
            if run_manager:
                run_manager.on_llm_new_token(token, chunk=chunk)
            yield chunk


class AstreamOnly(CallOnly):
    """Streams asynchronously only: `stream()` yields one chunk."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self.tokens(prompt, stop):
            chunk = GenerationChunk(text=token)
            if run_manager:
                await run_manager.on_llm_new_token(token, chunk=chunk)
            await asyncio.sleep(0)
            yield chunk


class AcallAndAstream(AcallOnly, AstreamOnly):
    """Has native asynchronous hooks, and a synchronous `_call()` only."""


class Both(AstreamOnly, StreamOnly):
    """Streams synchronously and asynchronously."""


class GeneratesOnly(BaseLLM):
    """Implements `_generate()`, which answers several prompts at once."""

    @property
    def _llm_type(self) -> str:
        return "conforming"

    def _generate(
        self, prompts: list[str], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> LLMResult:
        texts = [CallOnly()._call(prompt, stop) for prompt in prompts]
        return LLMResult(generations=[[Generation(text=text)] for text in texts])


class DuckTyped(BaseModel):
    """A pydantic model that delegates its calls and does not inherit from `Runnable`."""

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
    """Streams both ways without reporting tokens: langchain-core reports them itself."""

    def _stream(self, prompt: str, stop: list[str] | None = None, *args: Any, **kw: Any) -> Iterator[GenerationChunk]:
        yield from (GenerationChunk(text=token) for token in self.tokens(prompt, stop))

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, *args: Any, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for token in self.tokens(prompt, stop):
            yield GenerationChunk(text=token)


class BlankChunks(Both):
    """Some of its tokens are empty (STREAM-008)."""

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        first, *others = super().tokens(prompt, stop)
        return ["", first, "", "", *others, ""]


class FinishReason(NoReports):
    """Its last chunk is empty and carries the finish reason."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from super()._stream(*args, **kwargs)
        yield GenerationChunk(text="", generation_info={"finish_reason": "stop", "usage": {"tokens": 3}})

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        yield GenerationChunk(text="", generation_info={"finish_reason": "stop", "usage": {"tokens": 3}})


class NoStop(Both):
    """Raises if `stop` is set: a model need not support it."""

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop is not None:
            raise NotImplementedError("stop")
        return super().tokens(prompt, stop)


class OneStopText(Both):
    """Raises if `stop` has two texts: a provider may take one."""

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if stop is not None and len(stop) > 1:
            raise ValueError("more than one stop text")
        return super().tokens(prompt, stop)


class WithFields(Both):
    """Has fields, private attributes and an alias, as pydantic models do."""

    temperature: float = Field(default=0.0, alias="heat")
    _count: int = PrivateAttr(default=0)

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        self._count += 1
        return super().tokens(prompt, stop)


class Cached(Both):
    """Has a cache, which `invoke()` uses and `stream()` does not."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cache=InMemoryCache(), **kwargs)


class CachedCall(CallOnly):
    """Has a cache, and no hook for chunks: what it has kept has no run, so v1 of langchain-core raises."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cache=InMemoryCache(), **kwargs)


class SmallCache(Both):
    """Keeps one answer, of which langchain-core reports no run: which calls are reported depends on their order."""

    cache: Any = Field(default_factory=lambda: InMemoryCache(maxsize=1))


class OwnCache(Both):
    """Keeps its whole answers for all instances, and reports no run of one that it has kept."""

    _kept: ClassVar[dict[str, str]] = {}

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> str:  # noqa: A002
        asked = f"{input!r} {kwargs}"
        if asked not in self._kept:
            self._kept[asked] = super().invoke(input, config, **kwargs)
        return self._kept[asked]


class NumberedAnswers(Both):
    """Numbers its answers: they all differ."""

    _count: int = PrivateAttr(default=0)

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        self._count += 1
        return [f"{self._count}. ", *super().tokens(prompt, stop)]


class SlowThread(StreamOnly):
    """Takes 4 ms per answer in a thread."""

    def tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        time.sleep(0.004)
        return super().tokens(prompt, stop)


class Tagged(Both):
    """Has its own name, tags and metadata."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(name="own name", tags=["own"], metadata={"own": 1}, **kwargs)


class CallsAnother(LLM):
    """Asks another model, whose runs are reported within its own and have its tags."""

    @property
    def _llm_type(self) -> str:
        return "calls-another"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **_kwargs: Any) -> str:
        within = CallbackManager(
            [],
            run_manager.inheritable_handlers,
            run_manager.run_id,
            inheritable_tags=run_manager.inheritable_tags,
            inheritable_metadata=run_manager.inheritable_metadata,
        )
        return Both().invoke(prompt, {"callbacks": within}, stop=stop)


def one_answer() -> Any:
    """A fake with a constant answer."""
    return FakeListLLM(responses=["the one and only answer"])


def some_answers() -> Any:
    """A fake that answers from a list with a repeated entry: it seems deterministic, but is not."""
    return FakeListLLM(responses=["x", "x", "y"])


def no_answer() -> Any:
    """A fake with an empty answer."""
    return FakeListLLM(responses=[""])


class Listed(Both):
    """Answers from a list, call by call, whatever the prompt is; one of the answers is empty."""

    answers: ClassVar[tuple[str, ...]] = ("one two three four five six seven", "", "eight nine ten eleven", "yes")
    calls: ClassVar[int] = 0

    def tokens(self, prompt: str, stop: list[str] | None = None) -> list[str]:
        Listed.calls += 1
        text = self.answers[Listed.calls % len(self.answers)]
        for mark in stop or ():
            text = text.partition(mark)[0]
        return text.split(" ")
