"""The content blocks of a message in Anthropic's form."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from llm_conformance.simulator.formats.asked import Part
from llm_conformance.simulator.formats.json_object import json_object
from llm_fixtures import Piece, Reasoning, Redacted, Signature, ToolArguments, ToolCall

Json = dict[str, Any]
Kind = Literal["text", "thinking", "redacted_thinking", "tool_use"]

# The signature of a block for which the golden stream has none, because Anthropic signs every block.
UNSIGNED = "c2ltdWxhdGVk"


@dataclass(slots=True)
class Block:
    """One content block, and the pieces in it."""

    kind: Kind
    parts: list[Part] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The number of the last piece."""
        return self.parts[-1][0]

    @property
    def unsigned(self) -> bool:
        """Whether this is a block of thinking without a signature."""
        return self.kind == "thinking" and not isinstance(self.parts[-1][1], Signature)

    @property
    def opening(self) -> Json:
        """The block in the event that begins it."""
        match self.parts[0][1]:
            case ToolCall(id=id_, name=name):
                return {"type": self.kind, "id": id_, "name": name, "input": {}}
            case Redacted(data):
                return {"type": self.kind, "data": data}
            case Reasoning() | Signature():
                return {"type": self.kind, "thinking": "", "signature": ""}
            case _:
                return {"type": self.kind, "text": ""}

    @property
    def whole(self) -> Json | None:
        """The block in an answer that is not streamed. None for a call whose arguments are cut off."""
        match self.kind:
            case "text":
                return self.opening | {"text": "".join(text for _, _, text in self.parts)}
            case "thinking":
                thoughts = "".join(piece.text for _, piece, _ in self.parts if isinstance(piece, Reasoning))
                signatures = [piece.signature for _, piece, _ in self.parts if isinstance(piece, Signature)]
                return self.opening | {"thinking": thoughts, "signature": "".join(signatures) or UNSIGNED}
            case "tool_use":
                arguments = "".join(piece.text for _, piece, _ in self.parts if isinstance(piece, ToolArguments))
                value = json_object(arguments or "{}")
                return None if value is None else self.opening | {"input": value}
            case "redacted_thinking":
                return self.opening


def blocks_of(parts: Sequence[Part]) -> tuple[list[Block], list[int]]:
    """The blocks, in the order in which they begin, and for each part the index of its block.

    The parts of a call belong to its block, wherever they are.
    """
    blocks: list[Block] = []
    calls: dict[int, int] = {}
    indexes: list[int] = []
    for part in parts:
        piece = part[1]
        if isinstance(piece, ToolArguments):
            index = calls[piece.index]
        else:
            kind = _kind(piece)
            if not blocks or not _continued(blocks[-1], kind):
                blocks.append(Block(kind))
            index = len(blocks) - 1
            if isinstance(piece, ToolCall):
                calls[piece.index] = index
        blocks[index].parts.append(part)
        indexes.append(index)
    return blocks, indexes


def _kind(piece: Piece) -> Kind:
    match piece:
        case ToolCall():
            return "tool_use"
        case Redacted():
            return "redacted_thinking"
        case Reasoning() | Signature():
            return "thinking"
        case _:
            return "text"


def _continued(block: Block, kind: Kind) -> bool:
    """Whether a piece of this kind belongs to the block before it. A signature ends a block of thinking."""
    if kind == "thinking" == block.kind:
        return not isinstance(block.parts[-1][1], Signature)
    return kind == "text" == block.kind
