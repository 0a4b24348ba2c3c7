"""Chat models whose answers are not messages, or whose chunks do not add up."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from typing import Any, ClassVar

from llm_reference import EchoLLM, Runnable, RunnableConfig
from llm_zoo.defect import defect


@dataclass(slots=True)
class Message:
    """A whole answer."""

    content: str


@dataclass(slots=True)
class MessageChunk(Message):
    """A part of an answer."""

    def __add__(self, other: "MessageChunk") -> "MessageChunk":
        return type(self)(self.content + other.content)


class EchoChat(Runnable[Any, Any]):
    """Echoes the prompt in messages. A subclass without overrides is a conforming chat model."""

    run_type: ClassVar[str] = "chat_model"
    message: ClassVar[type[Message]] = Message
    chunk: ClassVar[type[Any]] = MessageChunk

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """The answer as a message."""
        return self.message(EchoLLM().invoke(input, _without_callbacks(config), **kwargs))

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Generator[Any, None, None]:
        """The answer as message chunks."""
        for text in EchoLLM().stream(input, _without_callbacks(config), **kwargs):
            yield self.chunk(text)

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        """The answer as message chunks."""
        async for text in EchoLLM().astream(input, _without_callbacks(config), **kwargs):
            yield self.chunk(text)


def _without_callbacks(config: RunnableConfig | None) -> RunnableConfig:
    """The config without callbacks: the caller must not see the run of the inner string model."""
    return {**(config or {}), "callbacks": []}


@defect(
    "chat-returns-chunk",
    story="`invoke()` returns a message chunk, not a message: code that sorts a history by type takes the answer for "
    "an unfinished one.",
    citation="TYPE-002",
    caught_by=("invoke.returns-message",),
)
class ChatReturnsChunk(EchoChat):
    message = MessageChunk


@defect(
    "chat-streams-text",
    story="A fake chat model streams plain text: tests with the fake pass, and `chunk.content` fails in production.",
    citation="D017: langchain-ai/langchain#15426",
    caught_by=("stream.yields-messages",),
)
class ChatStreamsText(EchoChat):
    chunk = str


@dataclass(slots=True)
class _Unaddable(MessageChunk):
    """A chunk that raises when it is added to another."""

    def __add__(self, other: MessageChunk) -> MessageChunk:
        raise TypeError("Additional kwargs key created already exists in left dict")


@defect(
    "chunks-raise-on-add",
    story="Two chunks with different metadata cannot be added: a consumer that adds up the stream gets an exception at "
    "the second chunk.",
    citation="D111: langchain-ai/langchain#17105",
    caught_by=("stream.yields-messages",),
)
class ChunksRaiseOnAdd(EchoChat):
    chunk = _Unaddable


@dataclass(slots=True)
class _TextThenBlocks(MessageChunk):
    """A chunk whose content is text in the first chunk and a list of blocks in later ones."""

    content: Any

    def __post_init__(self) -> None:
        if isinstance(self.content, str) and self.content.startswith(" "):
            self.content = [{"type": "text", "text": self.content}]


@defect(
    "content-changes-type",
    story="The first chunk contains text and later chunks contain lists of blocks: adding up the stream raises "
    "TypeError.",
    citation="D056: langchain-ai/langchain-google#834, langchain-ai/langchainjs#6237",
    caught_by=("stream.yields-messages",),
)
class ContentChangesType(EchoChat):
    chunk = _TextThenBlocks


@dataclass(slots=True)
class _RepeatedPrefixes(MessageChunk):
    """A chunk whose sum repeats all earlier text once per chunk."""

    so_far: str = ""

    def __add__(self, other: MessageChunk) -> "_RepeatedPrefixes":
        so_far = (self.so_far or self.content) + other.content
        return _RepeatedPrefixes(self.content + so_far, so_far)


@defect(
    "message-repeats-prefixes",
    story="Each chunk is right, but the message they add up to repeats all earlier text once per chunk: the history "
    "that is sent back to the model is garbled.",
    citation="D023: run-llama/llama_index#22284",
    caught_by=("stream.yields-messages",),
)
class MessageRepeatsPrefixes(EchoChat):
    chunk = _RepeatedPrefixes
