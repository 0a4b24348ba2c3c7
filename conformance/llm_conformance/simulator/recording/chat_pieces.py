"""The pieces of a chat answer that are not text: reasoning, refusals and calls of tools, in each format's own form."""

import json
from collections.abc import Iterator
from typing import Any

from llm_fixtures import Piece, Reasoning, Redacted, Refusal, Signature, Token, ToolArguments, ToolCall

Json = dict[str, Any]


class CallNumbers:
    """Counts the calls of an answer from 0. Providers number them from elsewhere, all alike, or not at all.

    count: how many calls have begun. latest: what the arguments of the latest one refer to it by.
    """

    def __init__(self) -> None:
        self.count = 0
        self.latest: object = None
        self._numbers: dict[object, int] = {}
        self._ids: dict[int, str] = {}

    def begin(self, key: object, identity: str | None, name: str | None) -> ToolCall:
        """A call begins. `key` is what its arguments refer to it by. Raises KeyError if it has no name."""
        if not name:
            raise KeyError("name")
        number, self.count, self.latest = self.count, self.count + 1, key
        self._numbers[key] = number
        self._ids[number] = identity or f"call_{number}"
        return ToolCall(number, self._ids[number], name)

    def arguments(self, key: object, text: str) -> Iterator[Piece]:
        """A part of the arguments of a call; nothing for a call that is not one of a tool of the caller."""
        if text and key in self._numbers:
            yield ToolArguments(self._numbers[key], text)

    def is_new(self, key: object, identity: str | None) -> bool:
        """Whether a fragment with this key and this id begins a call; ids may be repeated with each fragment."""
        number = self._numbers.get(key)
        return number is None or bool(identity and identity != self._ids[number])


def pieces_of_openai(calls: CallNumbers, delta: Json) -> Iterator[Piece]:
    """The pieces in a delta of OpenAI's chat API, without its text. Servers send reasoning under one of two names."""
    if thought := delta.get("reasoning_content") or delta.get("reasoning"):
        yield Reasoning(thought)
    if refusal := delta.get("refusal"):
        yield Refusal(refusal)
    for call in delta.get("tool_calls") or ():
        function, identity, key = call.get("function") or {}, call.get("id"), call.get("index")
        if key is None:
            key = identity or (f"call {calls.count}" if function.get("name") else calls.latest)
        if calls.is_new(key, identity):
            yield calls.begin(key, identity, function.get("name"))
        yield from calls.arguments(key, function.get("arguments") or "")


def pieces_of_anthropic(calls: CallNumbers, event: Json) -> Iterator[Piece]:
    """The pieces in the beginning of a content block, or in a delta of one."""
    if event["type"] == "content_block_start":
        yield from _opening(calls, event["index"], event["content_block"])
        return
    delta = event["delta"]
    match delta["type"]:
        case "text_delta":
            yield Token(text=delta["text"])
        case "thinking_delta" if delta["thinking"]:
            yield Reasoning(delta["thinking"])
        case "signature_delta" if delta["signature"]:
            yield Signature(delta["signature"])
        case "input_json_delta":
            yield from calls.arguments(event["index"], delta["partial_json"])


def pieces_of_gemini(calls: CallNumbers, part: Json, *, last: bool) -> Iterator[Piece]:
    """The pieces in a part of Gemini's API. Calls are whole, and a signature belongs to the thoughts before its part.

    last: whether the part is one of the last chunk, which may have no text.
    """
    function = part.get("functionCall")
    if (signature := part.get("thoughtSignature")) and not part.get("thought"):
        yield Signature(signature)
    if function:
        key = calls.count
        yield calls.begin(key, function.get("id"), function["name"])
        if function.get("args"):
            yield from calls.arguments(key, json.dumps(function["args"], ensure_ascii=False))
    elif part.get("thought"):
        if thought := part.get("text"):
            yield Reasoning(thought)
        if signature:
            yield Signature(signature)
    elif "text" in part and (part["text"] or not last):
        yield Token(text=part["text"])


def pieces_of_ollama(calls: CallNumbers, message: Json) -> Iterator[Piece]:
    """The pieces in a message of Ollama's chat API, without its text. Calls are whole."""
    if thought := message.get("thinking"):
        yield Reasoning(thought)
    for call in message.get("tool_calls") or ():
        function, key = call["function"], calls.count
        yield calls.begin(key, call.get("id"), function["name"])
        if function["arguments"]:
            yield from calls.arguments(key, json.dumps(function["arguments"], ensure_ascii=False))


def _opening(calls: CallNumbers, index: int, block: Json) -> Iterator[Piece]:
    match block["type"]:
        case "text" if block["text"]:
            yield Token(text=block["text"])
        case "thinking" if block["thinking"]:
            yield Reasoning(block["thinking"])
        case "redacted_thinking":
            yield Redacted(block["data"])
        case "tool_use":
            yield calls.begin(index, block["id"], block["name"])
            if block.get("input"):
                yield from calls.arguments(index, json.dumps(block["input"], ensure_ascii=False))
