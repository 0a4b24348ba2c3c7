"""Chat models on langchain-core: its fakes and hand-written ones."""

import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel, FakeListChatModel, GenericFakeChatModel, ParrotFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

__all__ = [
    "Blocks",
    "Generates",
    "KeepsAnswersOfLoops",
    "ReportsUsage",
    "StreamingDisabled",
    "Streams",
    "StreamsBlocks",
    "StreamsOnLoops",
    "fake",
    "generic",
    "listed",
    "parrot",
]


class Generates(BaseChatModel):
    """Does not stream: its stream is one message."""

    @property
    def _llm_type(self) -> str:
        return "conforming"

    def tokens(self, messages: list[BaseMessage], stop: list[str] | None) -> list[str]:
        """The tokens of the answer, up to the stop word."""
        text = f"You said: {messages[-1].content}"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return [text[start : start + 4] for start in range(0, len(text), 4)]

    def content(self, text: str) -> Any:
        """The content of a message with this text."""
        return text

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        message = AIMessage(content=self.content("".join(self.tokens(messages, stop))))
        return ChatResult(generations=[ChatGeneration(message=message)])


class Streams(Generates):
    """Streams; asynchronous calls run in the executor."""

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        for token in self.tokens(messages, stop):
            yield ChatGenerationChunk(message=AIMessageChunk(content=self.content(token)))


class StreamsOnLoops(Streams):
    """Streams synchronously and asynchronously."""

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages, stop, run_manager, **kwargs):
            yield chunk


class KeepsAnswersOfLoops(StreamsOnLoops):
    """Keeps the answers that it gives on a loop, and reports no run of one that it has kept."""

    _kept: dict[str, AIMessage] = PrivateAttr(default_factory=dict)

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> AIMessage:  # noqa: A002
        asked = f"{input!r} {kwargs}"
        if asked not in self._kept:
            self._kept[asked] = await super().ainvoke(input, config, **kwargs)
        return self._kept[asked].model_copy()


class StreamingDisabled(StreamsOnLoops):
    """Could stream, but its configuration disables it."""

    disable_streaming: Any = True


class Blocks(Generates):
    """The content of its messages is a list of blocks."""

    def content(self, text: str) -> Any:
        return [{"type": "text", "text": text, "index": 0}]


class StreamsBlocks(Blocks, StreamsOnLoops):
    """The content of its chunks is a list of blocks as well."""


class ReportsUsage(StreamsOnLoops):
    """Its last chunk carries the usage, and so does its message."""

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        result = super()._generate(*args, **kwargs)
        message: Any = result.generations[0].message
        message.usage_metadata = UsageMetadata(input_tokens=1, output_tokens=2, total_tokens=3)
        return result

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        yield from super()._stream(*args, **kwargs)
        usage = UsageMetadata(input_tokens=1, output_tokens=2, total_tokens=3)
        message = AIMessageChunk(content="", usage_metadata=usage, response_metadata={"finish_reason": "stop"})
        yield ChatGenerationChunk(message=message)


class FakeWithBaseBatch(FakeListChatModel):
    """The fake with the `batch()` of `BaseChatModel`; its own deviates (S15 of reference/README.md)."""

    batch = BaseChatModel.batch
    abatch = BaseChatModel.abatch


def fake() -> Any:
    """A fake with a constant answer, streamed letter by letter."""
    return FakeWithBaseBatch(responses=["the one and only answer"])


def listed() -> Any:
    """A fake that answers from a list with a repeated entry."""
    return FakeWithBaseBatch(responses=["same", "same", "different"])


def generic() -> Any:
    """A fake that consumes an iterator of messages and streams them word by word."""
    return GenericFakeChatModel(messages=itertools.cycle([AIMessage(content="hello to you")]))


def parrot() -> Any:
    """A fake that returns its input."""
    return ParrotFakeChatModel()
