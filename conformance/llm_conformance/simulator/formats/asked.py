"""What a request asks for beyond text. An answer contains nothing else: no call of a tool that is not bound."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from llm_fixtures import Golden, Piece, Reasoning, Redacted, Rendering, Signature, Token, ToolArguments, ToolCall

Part = tuple[int, Piece, str]
ToolChoice = Literal["auto", "required", "none"]

TEXT = frozenset({Token.type})
REASONING = frozenset({Reasoning.type, Signature.type, Redacted.type})
CALLS = frozenset({ToolCall.type, ToolArguments.type})


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a request that decide what an answer may contain, the same for every format.

    tools: the names of the bound tools. chosen_tools: the only ones of them that the model may call; empty for all.
    several_calls: whether one answer may have more than one call. reasoning: whether it may have reasoning.
    response_format: "text", or what the request names instead, such as "json_schema".
    """

    tools: tuple[str, ...] = ()
    tool_choice: ToolChoice = "auto"
    chosen_tools: tuple[str, ...] = ()
    several_calls: bool = True
    reasoning: bool = False
    response_format: str = "text"

    @property
    def callable_tools(self) -> tuple[str, ...]:
        """The names of the tools that an answer may call."""
        if self.tool_choice == "none":
            return ()
        return self.chosen_tools or self.tools

    def parts(self, golden: Golden, rendering: Rendering, speaks: frozenset[str]) -> Iterator[Part]:
        """The pieces that the answer contains, each with its index in the golden stream and its text.

        speaks: the types of pieces that the format has. The calls that are left are counted from 0 again.
        """
        parts = zip(range(len(golden.pieces)), golden.pieces, golden.text_tokens(rendering), strict=True)
        if golden.is_text:
            return parts
        said = speaks if self.reasoning else speaks - REASONING
        return self._numbered(part for part in parts if part[1].type in said)

    def _numbered(self, parts: Iterable[Part]) -> Iterator[Part]:
        indexes: dict[int, int] = {}
        for number, piece, text in parts:
            if not isinstance(piece, ToolCall | ToolArguments):
                yield number, piece, text
                continue
            if isinstance(piece, ToolCall) and self._may_call(piece.name, len(indexes)):
                indexes[piece.index] = len(indexes)
            if piece.index in indexes:
                yield number, replace(piece, index=indexes[piece.index]), text

    def _may_call(self, name: str, calls_before: int) -> bool:
        return name in self.callable_tools and (self.several_calls or not calls_before)


TEXT_ONLY = Asked()
