"""The parts of a chunk, each of one type: text, reasoning, a fragment of a call, or a block that is kept as it is."""

from collections.abc import Iterator
from typing import Any

from llm_reference.messages.chunk import AIMessageChunk

Part = dict[str, Any]

# Blocks of these types repeat the calls of the message.
_CALLS = {"tool_call", "tool_call_chunk", "invalid_tool_call", "tool_use", "input_json_delta"}
# The keys of a block of thinking that a block of reasoning has, too.
_THINKING = {"type", "thinking", "index", "id"}


def parts(chunk: AIMessageChunk) -> Iterator[Part]:
    """Yield what a chunk adds to the blocks of its answer."""
    if reasoning := chunk.additional_kwargs.get("reasoning_content"):
        yield {"type": "reasoning", "reasoning": reasoning}
    for block in [chunk.content] if isinstance(chunk.content, str) else chunk.content:
        if isinstance(block, dict):
            yield from _typed(block)
        elif block:
            yield {"type": "text", "text": block}
    for fragment in chunk.tool_call_chunks:
        yield {**fragment}


def _typed(block: dict[str, Any]) -> Iterator[Part]:
    if block.get("type") == "thinking":
        # Anthropic's name for it. A signature belongs to the reasoning that it signs.
        extras = {key: value for key, value in block.items() if key not in _THINKING}
        reasoning: Part = {"type": "reasoning", "reasoning": block.get("thinking")}
        for key in ("index", "id"):
            if key in block:
                reasoning[key] = block[key]
        yield {**reasoning, "extras": extras} if extras else reasoning
    elif block.get("type") not in _CALLS:
        yield block
