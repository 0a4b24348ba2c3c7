"""Chat models whose content blocks are not those of `invoke()`: lost, divided, merged, in another order or form."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from llm_reference import AIMessage, AIMessageChunk
from llm_zoo.bases.chat import BlockDefect, ChatDefect
from llm_zoo.defect import defect


def _block(chunk: AIMessageChunk) -> dict[str, Any]:
    """The only block of a chunk; empty if it has none."""
    return chunk.content[0] if isinstance(chunk.content, list) and chunk.content else {}  # type: ignore[return-value]


def _without_key(content: Any, key: str) -> Any:
    return [{name: value for name, value in block.items() if name != key} for block in content]


@defect(
    "signature-lost-in-stream",
    story="The stream drops the signature of the reasoning: the provider refuses the next turn of the conversation.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class SignatureLostInStream(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, content=_without_key(chunk.content, "signature")) for chunk in chunks]


@defect(
    "signature-lost-in-astream",
    story="Only `astream()` drops the signature of the reasoning: conversations break in the web server alone.",
    citation="BLOCK-001",
    caught_by=("blocks.async-parity",),
)
class SignatureLostInAstream(BlockDefect):
    def _transform_async_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, content=_without_key(chunk.content, "signature")) for chunk in chunks]


@defect(
    "reasoning-blocks-divided",
    story="The blocks of the reasoning have no index, so that `+` appends each part as a block of its own.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class ReasoningBlocksDivided(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            thought = _block(chunk).get("type") == "thinking"
            yield replace(chunk, content=_without_key(chunk.content, "index")) if thought else chunk


@defect(
    "reasoning-blocks-merged",
    story="All blocks of the reasoning have the index 0: two signed blocks become one, whose signature is that of "
    "none.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class ReasoningBlocksMerged(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            block = _block(chunk)
            yield replace(chunk, content=[{**block, "index": 0}]) if block.get("type") == "thinking" else chunk


@defect(
    "block-index-constant",
    story="The index of the blocks does not advance: the text is merged into the block of the reasoning, and the "
    "answer is empty.",
    citation="D063: langchain-ai/langchain#34311",
    caught_by=("stream.yields-messages",),
)
class BlockIndexConstant(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            block = _block(chunk)
            yield replace(chunk, content=[{**block, "index": 0}]) if block else chunk


@defect(
    "empty-signed-block-dropped",
    story="A block of reasoning without text is taken for nothing, and dropped with its signature.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class EmptySignedBlockDropped(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [chunk for chunk in chunks if _block(chunk).get("thinking") != ""]


@defect(
    "redacted-block-dropped",
    story="The stream does not know blocks of redacted reasoning and skips them: the provider refuses the next turn.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class RedactedBlockDropped(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [chunk for chunk in chunks if _block(chunk).get("type") != "redacted_thinking"]


@defect(
    "redacted-block-crashes",
    story="The stream reads the text of each block of reasoning: a redacted block has none and raises KeyError.",
    citation="D058: langchain-ai/langchain-aws#1223",
    caught_by=("stream.completes",),
)
class RedactedBlockCrashes(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            block = _block(chunk)
            if block.get("type") == "redacted_thinking":
                block["thinking"].strip()
            yield chunk


@defect(
    "text-before-reasoning",
    story="The stream keeps the reasoning until the text is complete and yields it at the end: sent back in this "
    "order, the provider refuses it.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class TextBeforeReasoning(BlockDefect):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        *others, last = chunks
        yield from sorted(others, key=lambda chunk: "thinking" in _block(chunk).get("type", ""))
        yield last


class SearchingChat(BlockDefect):
    """The provider runs a tool, whose use and result are blocks, and the text has a citation.

    A subclass without overrides is a conforming model.
    """

    calls = ()

    def _reasoning(self) -> list[AIMessageChunk]:
        search = {"type": "server_tool_use", "name": "web_search", "input": {"query": "weather"}, "index": 0}
        result = {"type": "web_search_tool_result", "content": [{"url": "https://weather.example"}], "index": 1}
        return [AIMessageChunk([search]), AIMessageChunk([result])]

    def _text(self, word: str) -> AIMessageChunk:
        chunk = super()._text(word)
        if not word[0].isspace():
            _block(chunk)["citations"] = [{"url": "https://weather.example"}]
        return chunk


@defect(
    "provider-tools-lost-in-stream",
    story="Where the provider runs the tools, the stream lacks the blocks of their use and of their results.",
    citation="D123: langchain-ai/langchain#34406",
    caught_by=("blocks.concat",),
)
class ProviderToolsLostInStream(SearchingChat):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [chunk for chunk in chunks if _block(chunk).get("type", "text") == "text"]


@defect(
    "citations-lost-in-stream",
    story="The stream yields the text of a block and not its citations: an answer with sources becomes one without.",
    citation="BLOCK-001",
    caught_by=("blocks.concat",),
)
class CitationsLostInStream(SearchingChat):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, content=_without_key(chunk.content, "citations")) for chunk in chunks]


class PlainChat(ChatDefect):
    """Its answer is text. A subclass without overrides is a conforming model."""

    calls = ()

    def _reasoning(self) -> list[AIMessageChunk]:
        return []


@defect(
    "content-list-in-stream",
    story="The content is a list of blocks in the stream and a str in `invoke()`: code that takes the one raises on "
    "the other.",
    citation="BLOCK-002",
    caught_by=("blocks.same-form",),
)
class ContentListInStream(PlainChat):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterable[AIMessageChunk]:
        return [replace(chunk, content=[{"type": "text", "text": chunk.text, "index": 0}]) for chunk in chunks]


@defect(
    "content-list-in-invoke",
    story="`invoke()` gives its text as a list of blocks, and the stream as a str.",
    citation="BLOCK-002",
    caught_by=("blocks.same-form",),
)
class ContentListInInvoke(PlainChat):
    def _transform_message(self, message: AIMessage) -> AIMessage:
        return replace(message, content=[{"type": "text", "text": message.text}])
