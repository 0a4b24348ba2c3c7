"""The sum of chunks that come one by one: it is that of the list, and keeps less."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from llm_reference import (
    LLM,
    AIMessageChunk,
    BaseCallbackHandler,
    BaseChatModel,
    ChatGenerationChunk,
    ChatResult,
    GenerationChunk,
    PromptTemplate,
    StrOutputParser,
    ToolCallChunk,
    UsageMetadata,
)
from llm_reference.runs.chunk import ChunkSum, add_chunks

MANY = 200
TOKENS = 5000
LENGTH = 5 * TOKENS


def said(content: Any) -> list[AIMessageChunk]:
    return [AIMessageChunk(content) for _ in range(MANY)]


def fragment(number: int) -> ToolCallChunk:
    return {"name": None, "args": "1", "id": "ab"[number % 2], "index": 0, "type": "tool_call_chunk"}


usage: UsageMetadata = {"input_tokens": 0, "output_tokens": 1, "total_tokens": 1}
CHUNKS: dict[str, list[Any]] = {
    "one": ["a"],
    "texts": [f"{number} " for number in range(MANY)],
    "chunks": [GenerationChunk(f"{number} ") for number in range(MANY)],
    "chunks with reports": [GenerationChunk("a", {"n": number, "first": None}) for number in range(MANY)],
    "messages": [AIMessageChunk("a", id="1") for _ in range(MANY)],
    "blocks, then text": [AIMessageChunk([]), *(AIMessageChunk("a") for _ in range(MANY))],
    "text, then blocks, then text": [*said("a"), *said([{"type": "text", "text": "b", "index": 0}]), *said("c")],
    "messages with ids of the provider": [AIMessageChunk("a", id=f"lc_run-{number}") for number in range(MANY)]
    + [AIMessageChunk("a", id="msg_1"), AIMessageChunk("a", id="msg_2")],
    "messages with reports": [AIMessageChunk("a", response_metadata={"id": "ab"[n % 2]}) for n in range(MANY)],
    "messages with usage": [AIMessageChunk("a", usage_metadata=usage) for _ in range(MANY)],
    "messages with fragments": [AIMessageChunk("a", tool_call_chunks=[fragment(n)]) for n in range(MANY)],
    "messages with reasoning": [AIMessageChunk("", additional_kwargs={"reasoning_content": "a"}) for _ in range(MANY)],
    "chunks of messages": [ChatGenerationChunk(message=message) for message in said("a")],
    "chunks of messages with reports": [ChatGenerationChunk(said("a")[0], {"n": 1}) for _ in range(MANY)],
    "messages, the last one marked": [*said("a"), AIMessageChunk("", chunk_position="last"), *said("b")],
    "numbers": list(range(MANY)),
    "lists": [[number] for number in range(MANY)],
    "texts, then a number, then texts": [*"ab" * MANY, 1, *"cd" * MANY],
    "nothing that can be added": [{"n": number} for number in range(MANY)],
}


@pytest.mark.parametrize("chunks", CHUNKS.values(), ids=CHUNKS)
def test_the_sum_of_chunks_is_that_of_their_list(chunks: list[Any]) -> None:
    total: ChunkSum[Any] = ChunkSum()
    for chunk in chunks:
        total.add(chunk)

    assert total
    assert total.value == add_chunks(chunks)
    assert type(total.value) is type(add_chunks(chunks))


class Joined(str):
    """A text that is too long to be copied for each that follows."""

    __slots__ = ()

    def __add__(self, other: str) -> str:
        raise AssertionError("added, and so copied")


def test_the_texts_of_messages_are_joined() -> None:
    first, *others = (AIMessageChunk(Joined(text)) for text in "abc")

    assert (first + others).content == "abc"


def test_the_sum_of_nothing_is_false() -> None:
    assert not ChunkSum()


class Long(LLM):
    """Answers with many tokens of five characters."""

    @property
    def _llm_type(self) -> str:
        return "long"

    def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
        return "word " * TOKENS

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for _ in range(TOKENS):
            yield GenerationChunk("word ")

    async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for _ in range(TOKENS):
            yield GenerationChunk("word ")


class LongChat(BaseChatModel):
    """The same as a chat model."""

    @property
    def _llm_type(self) -> str:
        return "long-chat"

    def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(self, messages: Any, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        for _ in range(TOKENS):
            yield ChatGenerationChunk(message=AIMessageChunk("word "))


@pytest.mark.parametrize("model", [Long(), LongChat()], ids=["string", "chat"])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_events_of_a_long_answer_keep_its_text_and_not_its_chunks(model: Any, version: Any) -> None:
    chain = PromptTemplate.from_template("{topic}") | model | StrOutputParser()

    async def read() -> None:
        async for _ in chain.astream_events("hi", version=version):
            pass

    # Four sums, most of them as parts and as a whole; and what does not grow.
    assert _peak_of(lambda: asyncio.run(read())) < 16 * LENGTH


def test_a_handler_of_a_long_answer_gets_its_text_and_its_chunks_are_not_kept() -> None:
    def read() -> None:
        for _ in Long().stream("hi", {"callbacks": [BaseCallbackHandler()]}):
            pass

    assert _peak_of(read) < 4 * LENGTH


def _peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
