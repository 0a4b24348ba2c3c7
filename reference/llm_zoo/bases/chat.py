"""The bases of defects of chat models: their answer has reasoning, text, calls, usage, metadata and an id."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any, ClassVar
from uuid import uuid4

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    BaseChatModel,
    BaseMessage,
    ChatGeneration,
    ChatGenerationChunk,
    ChatResult,
    ToolCallChunk,
)
from llm_reference.messages.chunk import message_chunk_to_message
from llm_reference.messages.tool_call import tool_call_chunk
from llm_reference.models.stop import truncate_at_stop

Calls = tuple[tuple[str, Mapping[str, Any]], ...]


class ChatDefect(BaseChatModel):
    """Reasons, repeats the last message, and calls two tools. A subclass without overrides is a conforming model.

    Every chunk has the id of the answer. The last chunk has the usage, the finish reason and the name of the model.
    """

    calls: ClassVar[Calls] = (
        ("get_weather", {"city": "São Paulo", "days": 2}),
        ("get_time", {"zone": "America/Sao_Paulo"}),
    )

    @property
    def _llm_type(self) -> str:
        return "chat"

    def _transform_message(self, message: AIMessage) -> AIMessage:
        """What `invoke()` and `ainvoke()` return instead of this message."""
        return message

    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        """What `ainvoke()` returns instead of this message."""
        return self._transform_message(message)

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        """The chunks that both streams yield instead of these."""
        return chunks

    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        """The chunks that `astream()` yields instead of these."""
        return self._transform_chunks(chunks)

    def _generate(self, messages: list[BaseMessage], stop: Any = None, *_: Any, **_kwargs: Any) -> ChatResult:
        return ChatResult([ChatGeneration(self._transform_message(self._message(messages, stop)))])

    async def _agenerate(self, messages: list[BaseMessage], stop: Any = None, *_: Any, **_kwargs: Any) -> ChatResult:
        return ChatResult([ChatGeneration(self._transform_async_message(self._message(messages, stop)))])

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, *_: Any, **_kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in self._transform_chunks(self._chunks_of_answer(messages, stop)):
            yield ChatGenerationChunk(message=chunk)

    async def _astream(
        self, messages: list[BaseMessage], stop: Any = None, *_: Any, **_kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._transform_async_chunks(self._chunks_of_answer(messages, stop)):
            yield ChatGenerationChunk(message=chunk)

    def _message(self, messages: list[BaseMessage], stop: list[str] | None) -> AIMessage:
        first, *others = self._chunks_of_answer(messages, stop)
        return message_chunk_to_message(first + others)

    def _chunks_of_answer(self, messages: list[BaseMessage], stop: list[str] | None) -> list[AIMessageChunk]:
        """The right chunks of an answer. A stop word ends the answer: no call follows."""
        whole = messages[-1].text
        text = truncate_at_stop(whole, stop)
        calls = self.calls if text == whole else ()
        chunks = [*self._reasoning(), *map(self._text, re.findall(r"\s*\S+|\s+", text)), *self._fragments(calls)]
        identity, asked = f"chatcmpl-{uuid4().hex}", sum(len(message.text.split()) for message in messages)
        chunks[-1].usage_metadata = {
            "input_tokens": asked + 1,
            "output_tokens": len(chunks),
            "total_tokens": asked + 1 + len(chunks),
            "input_token_details": {"cache_read": 1},
            "output_token_details": {"reasoning": 2},
        }
        chunks[-1].response_metadata = {"finish_reason": "tool_calls" if calls else "stop", "model_name": "chat-1"}
        for chunk in chunks:
            chunk.id = identity
        return chunks

    def _reasoning(self) -> list[AIMessageChunk]:
        """The chunks of the reasoning, which `additional_kwargs` holds."""
        return [AIMessageChunk(additional_kwargs={"reasoning_content": part}) for part in ("Where", " is it?")]

    def _text(self, word: str) -> AIMessageChunk:
        """A chunk of the text."""
        return AIMessageChunk(word)

    def _fragments(self, calls: Calls) -> Iterator[AIMessageChunk]:
        """The chunks of the calls: for each call its name and its id, then its arguments word by word."""
        for index, (name, args) in enumerate(calls):
            yield AIMessageChunk(tool_call_chunks=[tool_call_chunk(name=name, args="", id=new_call_id(), index=index)])
            for part in re.findall(r"\s*\S+", json.dumps(args)):
                yield AIMessageChunk(tool_call_chunks=[tool_call_chunk(args=part, index=index)])


class FragmentDefect(ChatDefect):
    """Its streams pass each fragment of a call through `_transform_fragment`.

    only_async: whether only `astream()` does. A subclass without overrides is a conforming model.
    """

    only_async: ClassVar[bool] = False

    def _transform_fragment(self, fragment: ToolCallChunk, _place: int) -> ToolCallChunk:
        """The fragment to yield instead. place: how many fragments came before it."""
        return fragment

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return chunks if self.only_async else self._transformed(chunks)

    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return self._transformed(chunks)

    def _transformed(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        places = count()
        for chunk in chunks:
            yield with_fragments(
                chunk, [self._transform_fragment(part, next(places)) for part in chunk.tool_call_chunks]
            )


class BlockDefect(ChatDefect):
    """The same with content in blocks: two signed blocks of reasoning, one empty, and a block of text.

    A subclass without overrides is a conforming model.
    """

    def _reasoning(self) -> list[AIMessageChunk]:
        blocks: list[dict[str, Any]] = [
            {"type": "thinking", "thinking": "Where", "index": 0},
            {"type": "thinking", "thinking": " is it?", "index": 0},
            {"type": "thinking", "signature": "c2ln", "index": 0},
            {"type": "thinking", "thinking": "", "signature": "bmV4dA==", "index": 1},
            {"type": "redacted_thinking", "data": "aGlkZGVu", "index": 2},
        ]
        return [AIMessageChunk([block]) for block in blocks]

    def _text(self, word: str) -> AIMessageChunk:
        return AIMessageChunk([{"type": "text", "text": word, "index": 3}])


def last_changed(chunks: Iterable[AIMessageChunk], **fields: Any) -> list[AIMessageChunk]:
    """The chunks, the last of them with these fields."""
    *others, last = chunks
    return [*others, replace(last, **fields)]


def with_fragments(chunk: AIMessageChunk, fragments: Iterable[ToolCallChunk]) -> AIMessageChunk:
    """The chunk with these fragments of calls instead of its own."""
    return replace(chunk, tool_call_chunks=[*fragments], tool_calls=[], invalid_tool_calls=[])


def without_calls(message: AIMessage) -> AIMessage:
    """The message, or the chunk, without its calls."""
    if isinstance(message, AIMessageChunk):
        return with_fragments(message, ())
    return replace(message, tool_calls=[], invalid_tool_calls=[])


def new_call_id() -> str:
    """An id that no other call has."""
    return f"call_{uuid4().hex}"
