"""Chat models whose content has blocks or reasoning in an unusual form."""

import random
import re
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk

from zoo.conforming.chat_base import Parts

__all__ = [
    "BlocksWithoutIndex",
    "CallBlocks",
    "CitedText",
    "EmptySignedReasoning",
    "ReasoningBlocks",
    "ReasoningInKwargs",
    "ReasoningInTheMiddle",
    "RedactedReasoning",
    "Refuses",
    "SampledReasoning",
    "StringsInBlocks",
    "TextInOneBlock",
    "TwoSignedBlocks",
]


class ReasoningInKwargs(Parts):
    """The reasoning comes first, in `additional_kwargs`."""

    def before(self) -> list[AIMessageChunk]:
        return [
            AIMessageChunk(content="", additional_kwargs={"reasoning_content": part}) for part in ("Let me", " see.")
        ]


class ReasoningInTheMiddle(Parts):
    """Reasons between its words: with typed blocks the text is in two blocks, with a thought between them."""

    def words(self, text: str) -> list[AIMessageChunk]:
        first, *others = super().words(text)
        thought = AIMessageChunk(content="", additional_kwargs={"reasoning_content": "Go on."})
        return [first, thought, *others]


class SampledReasoning(Parts):
    """The text is always the same, and the reasoning is sampled."""

    def before(self) -> list[AIMessageChunk]:
        part = random.choice(("Hm.", "Well.", "Let me see.", "So."))  # noqa: S311 - no secret
        return [AIMessageChunk(content="", additional_kwargs={"reasoning_content": part})]


class Refuses(Parts):
    """Has a refusal beside its text."""

    def after(self) -> list[AIMessageChunk]:
        refusal = [AIMessageChunk(content="", additional_kwargs={"refusal": part}) for part in ("I can", "not.")]
        return [*refusal, *super().after()]


class _Blocks(Parts):
    """Its content is a list of blocks, of which the text is the last."""

    def thought(self) -> list[dict[str, Any]]:
        """The parts of the blocks before the text."""
        return []

    def before(self) -> list[AIMessageChunk]:
        return [AIMessageChunk(content=[part]) for part in self.thought()]

    def words(self, text: str) -> list[AIMessageChunk]:
        blocks = [{"type": "text", "text": word, "index": 9} for word in re.findall(r"\s*\S+", text)]
        return [AIMessageChunk(content=[block]) for block in blocks]


class CitedText(Parts):
    """The answer is in two text blocks that follow each other: one has citations."""

    def words(self, text: str) -> list[AIMessageChunk]:
        words = re.findall(r"\s*\S+", text)
        source = {"type": "citation", "url": "https://weather.example"}
        blocks: list[dict[str, Any]] = [{"type": "text", "text": word, "index": 1} for word in words[1:]]
        cited = {"type": "text", "text": words[0], "annotations": [source], "index": 0} if words else {}
        return [AIMessageChunk(content=[block]) for block in [cited, *blocks] if block]


class ReasoningBlocks(_Blocks):
    """A block of reasoning in parts, the last of which is its signature."""

    def thought(self) -> list[dict[str, Any]]:
        return [
            {"type": "thinking", "thinking": "Let me", "index": 0},
            {"type": "thinking", "thinking": " see.", "index": 0},
            {"type": "thinking", "signature": "c2ln", "index": 0},
        ]


class EmptySignedReasoning(_Blocks):
    """A block of reasoning that is a signature alone."""

    def thought(self) -> list[dict[str, Any]]:
        return [{"type": "thinking", "thinking": "", "signature": "c2ln", "index": 0}]


class TwoSignedBlocks(_Blocks):
    """Two blocks of reasoning, with a signature each."""

    def thought(self) -> list[dict[str, Any]]:
        return [{"type": "thinking", "thinking": f"{at}", "signature": f"s{at}", "index": at} for at in range(2)]


class RedactedReasoning(_Blocks):
    """A block of reasoning that the provider has encrypted."""

    def thought(self) -> list[dict[str, Any]]:
        return [{"type": "redacted_thinking", "data": "aGlkZGVu", "index": 0}]


class CallBlocks(_Blocks):
    """A call is a block of the content as well: whole in `invoke()`, and in fragments in a stream."""

    def after(self) -> list[AIMessageChunk]:
        first: Any = {"type": "tool_use", "id": "toolu_a", "name": "get_weather", "input": {}, "index": 10}
        rest: Any = {"type": "input_json_delta", "partial_json": '{"city": "Paris"}', "index": 10}
        begun: Any = {"name": "get_weather", "args": "", "id": "toolu_a", "index": 10}
        more: Any = {"name": None, "args": '{"city": "Paris"}', "id": None, "index": 10}
        return [
            AIMessageChunk(content=[first], tool_call_chunks=[begun]),
            AIMessageChunk(content=[rest], tool_call_chunks=[more]),
            *super().after(),
        ]

    def whole(self, text: str) -> AIMessage:
        message = super().whole(text)
        call = {"type": "tool_use", "id": "toolu_a", "name": "get_weather", "input": {"city": "Paris"}}
        message.content = [{"type": "text", "text": text}, call]
        return message


class BlocksWithoutIndex(_Blocks):
    """Each chunk has a block of text without an index, so that the sum has many; the whole answer has one."""

    def words(self, text: str) -> list[AIMessageChunk]:
        return [AIMessageChunk(content=[{"type": "text", "text": word}]) for word in re.findall(r"\s*\S+", text)]

    def whole(self, text: str) -> AIMessage:
        message = super().whole(text)
        message.content = [{"type": "text", "text": text}]
        return message


class TextInOneBlock(_Blocks):
    """The text is one block in a stream, and two in the whole answer."""

    def whole(self, text: str) -> AIMessage:
        message = super().whole(text)
        message.content = [{"type": "text", "text": text[:5]}, {"type": "text", "text": text[5:]}]
        return message


class StringsInBlocks(_Blocks):
    """The items of the content are texts, not dicts."""

    def words(self, text: str) -> list[AIMessageChunk]:
        return [AIMessageChunk(content=[word]) for word in re.findall(r"\s*\S+", text)]
