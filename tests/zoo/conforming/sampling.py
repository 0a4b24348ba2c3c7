"""Sampling models on langchain-core, whose hooks are paused between chunks of answers that the harness cannot know."""

import itertools
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from langchain_core.caches import InMemoryCache
from langchain_core.language_models.llms import LLM
from langchain_core.outputs import GenerationChunk
from pydantic import Field

__all__ = ["CachedWords", "KeptWords", "LengthByChance", "ShorterWords", "WordsByChance"]


class WordsByChance(LLM):
    """Always twelve words, as its token limit is, and others each time."""

    @property
    def _llm_type(self) -> str:
        return "sampling"

    def words(self) -> list[str]:
        """The chunks of an answer."""
        return [random.choice(("sea", "star", "shadow")) for _ in range(12)]  # noqa: S311 - no secret

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self._stream_texts(stop))

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for text in self._stream_texts(stop):
            yield GenerationChunk(text=text)

    def _stream_texts(self, stop: list[str] | None) -> Iterator[str]:
        for word in self.words():
            if any(mark in word for mark in stop or ()):
                return
            yield word


class ShorterWords(WordsByChance):
    """Its first answers have longer words than those that come later."""

    calls: ClassVar[Iterator[int]] = itertools.count()

    def words(self) -> list[str]:
        return ["s" * max(2, 40 - next(self.calls))] * 12


class CachedWords(WordsByChance):
    """Has a cache, which `invoke()` uses and `stream()` does not: one repeats its answer, and the other never does."""

    cache: Any = Field(default_factory=InMemoryCache)


class KeptWords(WordsByChance):
    """Keeps its answer to a prompt and its stop texts for every call style, and samples for the next stop text."""

    kept: ClassVar[dict[tuple[str, ...], list[str]]] = {}

    def _stream_texts(self, stop: list[str] | None) -> Iterator[str]:
        asked = tuple(stop or ())
        if asked not in self.kept:
            self.kept[asked] = list(super()._stream_texts(stop))
        yield from self.kept[asked]


class LengthByChance(WordsByChance):
    """Has an answer of another length each time, and an `_astream` that waits for handlers only."""

    draw: ClassVar[random.Random] = random.Random(0)  # noqa: S311 - no secret

    def words(self) -> list[str]:
        return super().words() * self.draw.choice((1, 2, 2, 2, 2))

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for text in self._stream_texts(stop):
            if run_manager:
                await run_manager.on_llm_new_token(text)
            yield GenerationChunk(text=text)
