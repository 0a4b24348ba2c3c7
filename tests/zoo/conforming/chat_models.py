"""Chat models on langchain-core, its fakes and hand-written ones."""

import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel, FakeListChatModel, GenericFakeChatModel, ParrotFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

__all__ = [
    "Blocks",
    "Generates",
    "Quiet",
    "Streams",
    "StreamsBlocks",
    "StreamsOnLoops",
    "Uses",
    "fake",
    "generic",
    "listed",
    "parrot",
]


class Generates(BaseChatModel):
    """Does not stream: its stream is one whole message."""

    @property
    def _llm_type(self) -> str:
        return "innocent"

    def said(self, messages: list[BaseMessage], stop: list[str] | None) -> list[str]:
        """The tokens of the answer, ended before the stop mark."""
        text = f"You said: {messages[-1].content}"
        for mark in stop or ():
            text = text.partition(mark)[0]
        return [text[start : start + 4] for start in range(0, len(text), 4)]

    def content(self, text: str) -> Any:
        """The form in which a text stands in a message."""
        return text

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        message = AIMessage(content=self.content("".join(self.said(messages, stop))))
        return ChatResult(generations=[ChatGeneration(message=message)])


class Streams(Generates):
    """Streams, through the executor where it is asked on a loop."""

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        for token in self.said(messages, stop):
            yield ChatGenerationChunk(message=AIMessageChunk(content=self.content(token)))


class StreamsOnLoops(Streams):
    """Streams both ways."""

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages, stop, run_manager, **kwargs):
            yield chunk


class Quiet(StreamsOnLoops):
    """Can stream, and is told not to."""

    disable_streaming: Any = True


class Blocks(Generates):
    """Its content is a list of blocks."""

    def content(self, text: str) -> Any:
        return [{"type": "text", "text": text, "index": 0}]


class StreamsBlocks(Blocks, StreamsOnLoops):
    """Its chunks are lists of blocks, too."""


class Uses(StreamsOnLoops):
    """Counts tokens in its last chunk."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        yield from super()._stream(*args, **kwargs)
        usage = UsageMetadata(input_tokens=1, output_tokens=2, total_tokens=3)
        message = AIMessageChunk(content="", usage_metadata=usage, response_metadata={"finish_reason": "stop"})
        yield ChatGenerationChunk(message=message)


class Fake(FakeListChatModel):
    """The fake with the batch of every chat model; its own is a deviation, and no innocent (S15)."""

    batch = BaseChatModel.batch
    abatch = BaseChatModel.abatch


def fake() -> Any:
    """A fake that always says the same, letter by letter."""
    return Fake(responses=["the one and only answer"])


def listed() -> Any:
    """A fake that answers from a list, which has one answer twice."""
    return Fake(responses=["same", "same", "different"])


def generic() -> Any:
    """A fake that consumes messages and streams them word by word."""
    return GenericFakeChatModel(messages=itertools.cycle([AIMessage(content="hello to you")]))


def parrot() -> Any:
    """A fake that says what it hears."""
    return ParrotFakeChatModel()
