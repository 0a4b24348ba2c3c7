"""Chat models with langchain-core's field `output_version`, whose typed blocks are not typed, or are divided."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from llm_reference import AIMessage, AIMessageChunk
from llm_zoo.bases.chat import BlockDefect
from llm_zoo.defect import defect


class VersionedChat(BlockDefect):
    """With `output_version="v1"` its blocks of reasoning have the standard type. Otherwise a conforming model."""

    output_version: str | None = None

    def _transform_message(self, message: AIMessage) -> AIMessage:
        versioned: AIMessage = self._versioned(message)
        return versioned

    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in chunks:
            yield self._versioned(chunk)

    def _versioned(self, message: Any) -> Any:
        if self.output_version != "v1":
            return message
        return replace(message, content=[self._typed(block) for block in message.content])

    def _typed(self, block: dict[str, Any]) -> dict[str, Any]:
        """The block as version v1 has it."""
        kinds = {"thinking": "reasoning", "redacted_thinking": "non_standard"}
        values = {"thinking": "reasoning"}
        typed = {values.get(key, key): value for key, value in block.items()}
        return typed | {"type": kinds.get(block["type"], block["type"])}


@defect(
    "typed-text-divided",
    story='With `output_version="v1"` the text blocks of the stream have no index: `+` appends each token as a text '
    "block of its own, and code that shows the first block shows one word.",
    citation="BLOCK-003",
    caught_by=("blocks.output-version",),
)
class TypedTextDivided(VersionedChat):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        for chunk in super()._transform_chunks(chunks):
            blocks: Any = chunk.content
            if self.output_version == "v1":
                blocks = [_without_index(block) if block["type"] == "text" else block for block in blocks]
            yield replace(chunk, content=blocks)


def _without_index(block: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != "index"}


@defect(
    "typed-blocks-of-provider",
    story='With `output_version="v1"` a block of reasoning without text keeps the type that the provider gives it: '
    "code that is written for the standard types does not know it, and drops its signature.",
    citation="BLOCK-003",
    caught_by=("blocks.output-version",),
)
class TypedBlocksOfProvider(VersionedChat):
    def _typed(self, block: dict[str, Any]) -> dict[str, Any]:
        return super()._typed(block) if block.get("thinking", True) else block


@defect(
    "typed-in-invoke-alone",
    story="Only `invoke()` and `ainvoke()` look at `output_version`: a stream has the blocks of the provider.",
    citation="BLOCK-003",
    caught_by=("blocks.output-version",),
)
class TypedInInvokeAlone(VersionedChat):
    def _transform_chunks(self, chunks: Iterable[AIMessageChunk]) -> Iterator[AIMessageChunk]:
        yield from chunks
