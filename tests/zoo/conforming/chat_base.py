"""A chat model on langchain-core whose answers are made of parts: the base of models with unusual answers."""

import re
from collections.abc import AsyncIterator, Iterator
from functools import reduce
from operator import add
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

# A provider's usage of an answer.
USAGE: Any = {"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}
END = {"finish_reason": "stop", "model_name": "parts-1"}


class Parts(BaseChatModel):
    """Its streams yield `parts`, and its whole answer is their sum. A subclass overrides one of its methods."""

    @property
    def _llm_type(self) -> str:
        return "parts"

    def parts(self, text: str) -> list[AIMessageChunk]:
        """The chunks of the answer with this text."""
        return [*self.before(), *self.words(text), *self.after()]

    def before(self) -> list[AIMessageChunk]:
        """The chunks before the text."""
        return []

    def words(self, text: str) -> list[AIMessageChunk]:
        """The chunks of the text."""
        return [AIMessageChunk(content=word) for word in re.findall(r"\s*\S+", text)]

    def after(self) -> list[AIMessageChunk]:
        """The chunks after the text."""
        return [AIMessageChunk(content="", usage_metadata=USAGE, response_metadata=END)]

    def whole(self, text: str) -> AIMessage:
        """The whole answer with this text."""
        total = reduce(add, self.parts(text))
        return AIMessage(
            content=total.content,
            additional_kwargs=total.additional_kwargs,
            response_metadata=total.response_metadata,
            tool_calls=total.tool_calls,
            invalid_tool_calls=total.invalid_tool_calls,
            usage_metadata=total.usage_metadata,
            id=total.id,
        )

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self.whole(_text(messages, stop)))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        for part in self.parts(_text(messages, stop)):
            yield ChatGenerationChunk(message=part)

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for part in self.parts(_text(messages, stop)):
            yield ChatGenerationChunk(message=part)


def fragment(**parts: Any) -> AIMessageChunk:
    """A chunk with one fragment of a call: `name`, `args`, `id` and `index`."""
    return fragments(parts)


def fragments(*each: dict[str, Any], **fields: Any) -> AIMessageChunk:
    """A chunk with several fragments of calls."""
    nothing = {"name": None, "args": None, "id": None, "index": None}
    return AIMessageChunk(content="", tool_call_chunks=[{**nothing, **one} for one in each], **fields)  # type: ignore[typeddict-item]


def _text(messages: list[BaseMessage], stop: list[str] | None) -> str:
    text = f"You said: {messages[-1].content}"
    for mark in stop or ():
        text = text.partition(mark)[0]
    return text
