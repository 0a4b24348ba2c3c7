"""Chat models that lose, change or leak the reasoning and the refusals that `additional_kwargs` hold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from llm_reference import AIMessage, AIMessageChunk
from llm_zoo.bases.chat import ChatDefect
from llm_zoo.defect import defect

_KEY = "reasoning_content"


def _reasoning_of(chunk: AIMessage) -> str:
    return str(chunk.additional_kwargs.get(_KEY, ""))


def _with_reasoning(chunk: AIMessageChunk, reasoning: str) -> AIMessageChunk:
    return replace(chunk, additional_kwargs={_KEY: reasoning} if reasoning else {})


@defect(
    "reasoning-lost-in-stream",
    story="A chunk without content is skipped, and the chunks of the reasoning have none: only `invoke()` gives the "
    "reasoning.",
    citation="D125: langchain-ai/langchain#29513, langchain-ai/langchain#35520, BerriAI/litellm#23148",
    caught_by=("blocks.concat",),
)
class ReasoningLostInStream(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [chunk for chunk in chunks if not _reasoning_of(chunk)]


@defect(
    "reasoning-lost-in-astream",
    story="Only `astream()` loses the reasoning: its chunks are made by a copy of the code that was not kept up.",
    citation="D125: langchain-ai/langchain#36809, langchain-ai/langchain#40366",
    caught_by=("blocks.async-parity",),
)
class ReasoningLostInAstream(ChatDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [_with_reasoning(chunk, "") for chunk in chunks]


@defect(
    "reasoning-lost-in-ainvoke",
    story="`ainvoke()` reads the text and the calls of the response and leaves out its reasoning.",
    citation="BLOCK-001",
    caught_by=("blocks.async-parity",),
)
class ReasoningLostInAinvoke(ChatDefect):
    def _transform_async_message(self, message: AIMessage) -> AIMessage:
        return replace(message, additional_kwargs={})


@defect(
    "reasoning-under-another-key",
    story="The stream has the reasoning under `reasoning`, and `invoke()` under `reasoning_content`: a client shows "
    "it on one of the two ways.",
    citation="D125: run-llama/llama_index#21232",
    caught_by=("blocks.concat",),
)
class ReasoningUnderAnotherKey(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            reasoning = _reasoning_of(chunk)
            yield replace(chunk, additional_kwargs={"reasoning": reasoning} if reasoning else {})


@defect(
    "reasoning-so-far",
    story="Each chunk of the reasoning carries all of it so far: the sum repeats its beginning once for each chunk.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class ReasoningSoFar(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        so_far = ""
        for chunk in chunks:
            so_far += (part := _reasoning_of(chunk))
            yield _with_reasoning(chunk, so_far) if part else chunk


@defect(
    "reasoning-stripped",
    story="Each chunk of the reasoning is stripped: its words run into each other.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class ReasoningStripped(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [_with_reasoning(chunk, _reasoning_of(chunk).strip()) for chunk in chunks]


@defect(
    "reasoning-in-text",
    story="The stream yields the reasoning as text, between `<think>` tags: users read what was not meant for them.",
    citation="BLOCK-001",
    caught_by=("stream.concat",),
)
class ReasoningInText(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            reasoning = _reasoning_of(chunk)
            thought = replace(chunk, content=f"<think>{reasoning}</think>", additional_kwargs={})
            yield thought if reasoning else chunk


@defect(
    "reasoning-alone-crashes",
    story="The stream takes the first part of each chunk's content: a chunk that carries reasoning alone has none and "
    "raises IndexError.",
    citation="D059: BerriAI/litellm#13375",
    caught_by=("stream.completes",),
)
class ReasoningAloneCrashes(ChatDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            parts: Any = [chunk.content] if chunk.content else []
            yield replace(chunk, content=parts[0])


class RefusingChat(ChatDefect):
    """It refuses to call a tool. A subclass without overrides is a conforming model."""

    calls = ()

    def _reasoning(self) -> list[AIMessageChunk]:
        return [AIMessageChunk(additional_kwargs={"refusal": part}) for part in ("I cannot", " do that.")]


@defect(
    "refusal-lost-in-stream",
    story="A refusal is not text, and the stream leaves it out: the user sees an answer that ends without a reason.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class RefusalLostInStream(RefusingChat):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, additional_kwargs={}) for chunk in chunks]


@defect(
    "async-refusal-cut",
    story="`astream()` yields the first part of a refusal and drops the rest.",
    citation="BLOCK-001",
    caught_by=("blocks.async-parity",),
)
class AsyncRefusalCut(RefusingChat):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        first, *others = chunks
        yield first
        yield from (replace(chunk, additional_kwargs={}) for chunk in others)
