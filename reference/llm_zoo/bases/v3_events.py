"""The right events of version v3, made of the chunks of an answer."""

import json
from typing import Any
from uuid import uuid4

from llm_reference import AIMessageChunk

Event = dict[str, Any]


def right_events(chunks: list[AIMessageChunk]) -> list[Event]:
    """The events of an answer with these chunks: one block of reasoning, one of text, and one for each call."""
    reasoning = [part for one in chunks for part in _reasoning(one)]
    texts = [one.text for one in chunks if one.text]
    fragments = [one for chunk in chunks for one in chunk.tool_call_chunks]
    blocks = [_block("reasoning", reasoning), _block("text", texts)]
    blocks += [
        call_block([one for one in fragments if one["index"] == index])
        for index in dict.fromkeys(one["index"] for one in fragments)
    ]
    usage = next((one.usage_metadata for one in chunks if one.usage_metadata), None)
    end = next((one.response_metadata for one in chunks if one.response_metadata), {})
    finish: Event = {"event": "message-finish", "metadata": end}
    return [
        {"event": "message-start", "role": "ai", "id": chunks[-1].id or f"msg-{uuid4().hex}"},
        *(dict(event, index=index) for index, block in enumerate(filter(None, blocks)) for event in block),
        finish | ({"usage": usage} if usage else {}),
    ]


def _reasoning(chunk: AIMessageChunk) -> list[str]:
    """The reasoning of a chunk, in a block or beside the content."""
    blocks = chunk.content if isinstance(chunk.content, list) else []
    inside = [block["thinking"] for block in blocks if isinstance(block, dict) and block.get("thinking")]
    beside = chunk.additional_kwargs.get("reasoning_content")
    return [*inside, *([beside] if beside else [])]


def _block(kind: str, parts: list[str]) -> list[Event]:
    if not parts:
        return []
    return [
        {"event": "content-block-start", "content": {"type": kind, kind: ""}},
        *({"event": "content-block-delta", "delta": {"type": f"{kind}-delta", kind: part}} for part in parts),
        {"event": "content-block-finish", "content": {"type": kind, kind: "".join(parts)}},
    ]


def call_block(fragments: list[Any]) -> list[Event]:
    """The events of a call with these fragments, without an index."""
    first, parts = fragments[0], [one["args"] for one in fragments if one["args"]]
    named = {"id": first["id"], "name": first["name"]}
    return [
        {"event": "content-block-start", "content": {"type": "tool_call_chunk", **named, "args": ""}},
        *({"event": "content-block-delta", "delta": {"type": "tool-call-delta", "args": part}} for part in parts),
        {
            "event": "content-block-finish",
            "content": {"type": "tool_call", **named, "args": json.loads("".join(parts) or "{}")},
        },
    ]
