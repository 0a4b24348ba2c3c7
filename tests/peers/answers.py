"""What a model is made to answer to a standard test of langchain-tests: the words of the prompt, or one call of a tool.

A standard test expects that the model calls its tool with the arguments that the prompt names.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_fixtures.pieces import Finish, Finished, Piece, Reasoning, Token, ToolArguments, ToolCall, Usage
from llm_fixtures.stream import Golden

# What `magic_function(3)` is called with.
_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    args: dict[str, Any]


def call_for(messages: Sequence[Any], tools: Sequence[dict[str, Any]], choice: Any) -> Call | None:
    """The call that the test expects. The result of a tool is answered with text, unless a call is an order."""
    if not tools or (messages[-1].type == "tool" and choice in (None, "auto")):
        return None
    by_name = {tool["function"]["name"]: tool["function"] for tool in tools}
    function = by_name.get(choice, tools[0]["function"])
    return Call(function["name"], arguments(function, str(messages[-1].text)))


def arguments(function: Mapping[str, Any], prompt: str) -> dict[str, Any]:
    """Numbers are 3, texts are what the prompt quotes, or the prompt."""
    quoted = re.findall(r"'([^']+)'", prompt)
    text = quoted[0] if quoted else prompt
    properties = function.get("parameters", {}).get("properties", {})
    return {name: _NUMBER if schema.get("type") == "integer" else text for name, schema in properties.items()}


def golden(prompt: str, call: Call | None) -> Golden:
    """The answer as a stream of pieces: reasoning, the words of the prompt, and the call."""
    words = re.findall(r"\s*\S+", prompt) or ["."]
    pieces: list[Piece] = [Reasoning("Where"), Reasoning(" is it?"), *(Token(text=word) for word in words)]
    if call:
        pieces.append(ToolCall(0, "call_1", call.name))
        pieces += [ToolArguments(0, part) for part in re.findall(r"\s*\S+", json.dumps(call.args))]
    usage = Usage(prompt=len(words) + 1, completion=len(pieces), cached=1, reasoning=2)
    finish = Finish.TOOL_CALLS if call else Finish.STOP
    why = "the answer that the test expects"
    return Golden(name="standard-test", prompt=prompt, why=why, pieces=tuple(pieces), finish=finish, usage=usage)


@dataclass(frozen=True, slots=True)
class Script:
    """Gives a scripted model the pieces of this answer."""

    answer: Golden

    def play_events(self, *_: Any) -> Iterator[Any]:
        yield from (*self.answer.pieces, self.answer.usage, Finished(self.answer.finish))

    async def aplay_events(self, *_: Any) -> AsyncIterator[Any]:
        for piece in self.play_events():
            yield piece
