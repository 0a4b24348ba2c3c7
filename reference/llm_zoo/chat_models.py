"""Chat models: their answers are messages, their chunks add up."""

# ruff: noqa: A002  # callers know the first parameter as "input"

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
    """A piece of an answer."""

    def __add__(self, other: "MessageChunk") -> "MessageChunk":
        return type(self)(self.content + other.content)


class EchoChat(Runnable[Any, Any]):
    """Says what it hears, in messages. A subclass that overrides nothing is a conforming chat model."""

    run_type: ClassVar[str] = "chat_model"
    message: ClassVar[type[Message]] = Message
    chunk: ClassVar[type[Any]] = MessageChunk

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """The answer as a message."""
        return self.message(EchoLLM().invoke(input, _unheard(config), **kwargs))

    def stream(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Generator[Any, None, None]:
        """The answer in chunks of messages."""
        for text in EchoLLM().stream(input, _unheard(config), **kwargs):
            yield self.chunk(text)

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        """The same on a loop."""
        async for text in EchoLLM().astream(input, _unheard(config), **kwargs):
            yield self.chunk(text)


def _unheard(config: RunnableConfig | None) -> RunnableConfig:
    """What the string model does is no run of the chat model's callers."""
    return {**(config or {}), "callbacks": []}


@defect(
    "chat-answers-with-a-chunk",
    story="invoke() returns a piece of a message, not a message: code that sorts a history by type takes the answer "
    "for an unfinished one.",
    citation="TYPE-002",
    caught_by=("invoke.returns-message",),
)
class ChatAnswersWithAChunk(EchoChat):
    """Forgets the last step."""

    message = MessageChunk


@defect(
    "chat-streams-text",
    story="A stand-in for a chat model streams bare text: tests with it are green, "
    "and chunk.content fails in production.",
    citation="D017: langchain-ai/langchain#15426",
    caught_by=("stream.yields-messages",),
)
class ChatStreamsText(EchoChat):
    """Is a string model when it streams."""

    chunk = str


@dataclass(slots=True)
class _Proud(MessageChunk):
    """A chunk that will not be added to one that says something else of itself."""

    def __add__(self, other: MessageChunk) -> MessageChunk:
        raise TypeError("Additional kwargs key created already exists in left dict")


@defect(
    "chunks-refuse-to-add",
    story="Two chunks whose metadata differ cannot be added: whoever sums the stream up gets an exception "
    "at the second chunk.",
    citation="D111: langchain-ai/langchain#17105",
    caught_by=("stream.yields-messages",),
)
class ChunksRefuseToAdd(EchoChat):
    """Gives pieces that fit no other."""

    chunk = _Proud


@dataclass(slots=True)
class _Turning(MessageChunk):
    """A chunk that is text at first, and a list of blocks as soon as the provider thinks of it."""

    content: Any

    def __post_init__(self) -> None:
        if isinstance(self.content, str) and self.content.startswith(" "):
            self.content = [{"type": "text", "text": self.content}]


@defect(
    "content-changes-its-form",
    story="The first chunk holds text and the later ones lists of blocks: the sum of the stream is a TypeError.",
    citation="D056: langchain-ai/langchain-google#834, langchain-ai/langchainjs#6237",
    caught_by=("stream.yields-messages",),
)
class ContentChangesItsForm(EchoChat):
    """Passes on whatever comes, in whatever form."""

    chunk = _Turning


@dataclass(slots=True)
class _Heaped(MessageChunk):
    """A chunk whose sum holds everything that was said so far, once for each chunk."""

    so_far: str = ""

    def __add__(self, other: MessageChunk) -> "_Heaped":
        so_far = (self.so_far or self.content) + other.content
        return _Heaped(self.content + so_far, so_far)


@defect(
    "message-of-prefixes",
    story="Each chunk is right, and the message that they are added up to holds a block for each, "
    "with everything before it: the history that is sent back is a staircase.",
    citation="D023: run-llama/llama_index#22284",
    caught_by=("stream.yields-messages",),
)
class MessageOfPrefixes(EchoChat):
    """Adds what it has added already."""

    chunk = _Heaped
