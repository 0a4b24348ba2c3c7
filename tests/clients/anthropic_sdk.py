"""What the simplest code on Anthropic's SDK reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import anthropic

from clients.reading import MESSAGES, MOST_TOKENS, Call, Reading, names_of
from llm_fixtures import Golden


@cache
def _anthropic_client() -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url="http://127.0.0.1", api_key="k", max_retries=0)


def _anthropic(url: str, timeout: float) -> anthropic.Anthropic:
    return _anthropic_client().with_options(base_url=url, timeout=timeout)


def _anthropic_arguments(golden: Golden) -> Any:
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in names_of(golden)]
    return {
        "model": "m",
        "messages": MESSAGES,
        "max_tokens": MOST_TOKENS,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        **({"tools": tools} if tools else {}),
    }


def anthropic_stream(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    for event in _anthropic(url, timeout).messages.create(**_anthropic_arguments(golden), stream=True):
        match event.type:
            case "content_block_start":
                begin_block(reading, event.index, event.content_block)
            case "content_block_delta":
                add_to_block(reading, event.index, event.delta)
            case "message_delta":
                reading.finish, reading.usage = event.delta.stop_reason, event.usage


def begin_block(reading: Reading, index: int, block: Any) -> None:
    match block.type:
        case "tool_use":
            reading.calls[index] = Call(block.id, block.name)
        case "thinking":
            reading.reasoning.append(block.thinking)
            reading.signatures.append(block.signature)
        case "redacted_thinking":
            reading.redacted.append(block.data)


def add_to_block(reading: Reading, index: int, delta: Any) -> None:
    match delta.type:
        case "text_delta":
            reading.text += delta.text
        case "thinking_delta":
            reading.reasoning[-1] += delta.thinking
        case "signature_delta":
            reading.signatures[-1] += delta.signature
        case "input_json_delta":
            reading.calls[index].arguments += delta.partial_json


def anthropic_whole(url: str, timeout: float, golden: Golden, reading: Reading) -> None:
    answer = _anthropic(url, timeout).messages.create(**_anthropic_arguments(golden))
    add_blocks(reading, answer.content)
    reading.finish, reading.usage = answer.stop_reason, answer.usage


def add_blocks(reading: Reading, blocks: Iterable[Any]) -> None:
    for index, block in enumerate(blocks):
        begin_block(reading, index, block)
        if block.type == "text":
            reading.text += block.text
        elif block.type == "tool_use":
            reading.calls[index].arguments = json.dumps(block.input)
