"""Models whose answer or events depend on their arguments: one version of a model, and the next."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

from llm_reference import EchoLLM

ANSWERS = itertools.count()


class Pieces(EchoLLM):
    """Streams pieces of `size` characters; size 0 raises."""

    size: int = 4

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return [prompt[start : start + self.size] for start in range(0, len(prompt), self.size)]


class Titled(EchoLLM):
    """Its events have the title as their name."""

    title: str = "first"

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        async for event in super().astream_events(*args, **kwargs):
            yield {**event, "name": self.title}


class Stamped(EchoLLM):
    """Its events have metadata that differs each time."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        async for event in super().astream_events(*args, **kwargs):
            yield {**event, "metadata": {"mark": str(uuid4())}}


class Samples(EchoLLM):
    """Gives a different answer each time."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return ["answer ", str(next(ANSWERS))]


class Silent:
    """Does not have `astream_events`."""

    def invoke(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return prompt

    def stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[str]:
        yield from prompt.split(" ")[:1]

    async def astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[str]:
        yield prompt.split(" ", maxsplit=1)[0]
