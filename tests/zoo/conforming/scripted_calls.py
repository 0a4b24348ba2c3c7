"""Scripted models that prepare a call, or clean up after it, in valid ways."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

from langchain_core.outputs import GenerationChunk

from zoo.conforming.scripted import Both, Plain

__all__ = ["FewSlots", "KeepsContext", "StopsByPattern", "Templated", "TimesEachRead", "TwentyAtATime"]

_PROMPT: ContextVar[str] = ContextVar("prompt", default="")
_GROUP = 20


class FewSlots(Both):
    """Refuses more than 120 streams at the same time, and keeps no slot of a stream that was left."""

    slots: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slots = threading.Semaphore(120)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        with self._slot():
            yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        with self._slot():
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self.slots.acquire(blocking=False):
            raise RuntimeError("too many requests")
        try:
            yield
        finally:
            self.slots.release()


class Templated(Plain):
    """Puts its prompt into a template."""

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> str:
        return super().invoke(f"Human: {input}\nAI:", stop=stop)

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Iterator[str]:
        yield from super().stream(f"Human: {input}\nAI:", stop=stop)


class TwentyAtATime(Both):
    """Sends its prompts in groups of twenty."""

    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> Any:
        if isinstance(config, list):
            return super().batch(inputs, config, **kwargs)
        groups = (inputs[start : start + _GROUP] for start in range(0, len(inputs), _GROUP))
        return [text for group in groups for text in super(TwentyAtATime, self).batch(group, config, **kwargs)]


class StopsByPattern(Both):
    """Finds the stop texts by a regular expression, in which it escapes them."""

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        text = super()._call(prompt, None, run_manager, **kwargs)
        return re.split("|".join(map(re.escape, stop)), text, maxsplit=1)[0] if stop else text


class TimesEachRead(Both):
    """Has a timeout for each read of its provider, and none while its consumer has a chunk."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        tokens = self.script.aplay(prompt, stop)
        while True:
            async with asyncio.timeout(60):
                text = await anext(tokens, None)
            if text is None:
                return
            chunk = GenerationChunk(text=text)
            if run_manager is not None:
                await run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk


class KeepsContext(Both):
    """Keeps its prompt in a context variable, in a context that belongs to the stream."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        context = copy_context()
        context.run(_PROMPT.set, prompt)
        tokens = context.run(self.script.play, prompt, stop)
        try:
            while (text := context.run(next, tokens, None)) is not None:
                assert context[_PROMPT] == prompt
                yield GenerationChunk(text=text)
        finally:
            tokens.close()
