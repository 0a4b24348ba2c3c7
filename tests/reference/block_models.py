"""Chat models whose streams of version v3 are read, and short forms of reading them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any

from llm_reference import (
    AIMessageChunk,
    BaseMessage,
    ChatGenerationChunk,
    ChatModelStream,
    EchoChatModel,
)

PROMPT = "How do LLMs stream?"


WORDS = ["How", " do", " LLMs", " stream?"]


class Telling(EchoChatModel):
    """Streams these chunks, and then raises `error`. On an event loop it waits before each chunk."""

    chunks: list[AIMessageChunk] = []  # noqa: RUF012  # copied for each instance
    error: Exception | None = None

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in self.chunks:
            yield ChatGenerationChunk(message=chunk)
        if self.error:
            raise self.error

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        for chunk in self._stream(messages):
            await asyncio.sleep(0)
            yield chunk


class Silent(EchoChatModel):
    """Says one word and then nothing."""

    ended: list[str] = []  # noqa: RUF012  # copied for each instance

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        try:
            yield ChatGenerationChunk(message=AIMessageChunk("a"))
            await asyncio.Event().wait()
        except BaseException as error:
            self.ended.append(type(error).__name__)
            raise


var = ContextVar("var", default="unset")


class KeepsContext(EchoChatModel):
    """Keeps a value in a context variable from one chunk to the next, and resets it at its end."""

    kept: list[str] = []  # noqa: RUF012  # copied for each instance

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        token = var.set("mine")
        try:
            for text in "abc":
                yield ChatGenerationChunk(message=AIMessageChunk(text))
                self.kept.append(var.get())
        finally:
            var.reset(token)

    async def _astream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        token = var.set("mine")
        try:
            for text in "abc":
                yield ChatGenerationChunk(message=AIMessageChunk(text))
                self.kept.append(var.get())
        finally:
            var.reset(token)


def told(*chunks: AIMessageChunk, error: Exception | None = None) -> ChatModelStream:
    return Telling(chunks=list(chunks), error=error).stream_events("hi", version="v3")


def calling(*fragments: tuple[Any, ...], content: Any = "") -> AIMessageChunk:
    keys = ("name", "args", "id", "index")
    calls: Any = [dict(zip(keys, fragment, strict=True)) for fragment in fragments]
    return AIMessageChunk(content, tool_call_chunks=calls)


async def opened(model: Any, prompt: Any = PROMPT, *config: Any) -> Any:
    return await model.astream_events(prompt, *config, version="v3")


async def collected(items: Any) -> list[Any]:
    return [item async for item in items]


async def turns() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def kinds(events: Any) -> list[str]:
    return [event["event"].removeprefix("content-") for event in events]
