"""Models that answer, or tell of it, otherwise with other arguments: one day's version and the next day's."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

from llm_reference import EchoLLM

ANSWERS = itertools.count()


class Pieces(EchoLLM):
    """Streams pieces of one size; of no size at all, it raises."""

    size: int = 4

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return [prompt[start : start + self.size] for start in range(0, len(prompt), self.size)]


class Titled(EchoLLM):
    """Its events have its title for a name."""

    title: str = "first"

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        async for event in super().astream_events(*args, **kwargs):
            yield {**event, "name": self.title}


class Stamped(EchoLLM):
    """Its events bear a mark that is another one each time."""

    async def astream_events(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        async for event in super().astream_events(*args, **kwargs):
            yield {**event, "metadata": {"mark": str(uuid4())}}


class Samples(EchoLLM):
    """Gives another answer each time."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return ["answer ", str(next(ANSWERS))]


class Silent:
    """Has no events."""

    def invoke(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return prompt

    def stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[str]:
        yield from prompt.split(" ")[:1]

    async def astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[str]:
        yield prompt.split(" ", maxsplit=1)[0]
