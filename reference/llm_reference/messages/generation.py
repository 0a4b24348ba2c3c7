"""What the hooks of a chat model return: messages, and what the provider reports beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from llm_reference.messages.chunk import AIMessageChunk
from llm_reference.messages.merge import merge_dicts
from llm_reference.messages.message import AIMessage


@dataclass(slots=True)
class ChatGeneration:
    """One answer. Its `generation_info` becomes a part of the message's `response_metadata`."""

    message: AIMessage
    generation_info: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The text of the message."""
        return self.message.text


@dataclass(slots=True)
class ChatGenerationChunk(ChatGeneration):
    """What `_stream` of a chat model yields."""

    message: AIMessageChunk

    @property
    def is_plain(self) -> bool:
        """Whether the message is plain, and nothing is reported beside it."""
        return self.message.is_plain and not self.generation_info

    def __add__(self, other: Any) -> "ChatGenerationChunk":
        """Add a chunk, or a list of chunks."""
        chunks = [other] if isinstance(other, ChatGenerationChunk) else other
        if not isinstance(chunks, Sequence) or not all(isinstance(chunk, ChatGenerationChunk) for chunk in chunks):
            return NotImplemented
        infos = [chunk.generation_info or {} for chunk in chunks]
        return ChatGenerationChunk(
            message=self.message + [chunk.message for chunk in chunks],
            generation_info=reduce(merge_dicts, infos, self.generation_info or {}) or None,
        )


@dataclass(slots=True)
class ChatResult:
    """What `_generate` returns: usually one generation.

    llm_output: what the provider reports of the whole request.
    """

    generations: list[ChatGeneration]
    llm_output: dict[str, Any] | None = None
