"""The output items of a response in the form of OpenAI's responses API: messages, reasoning, calls of functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal

from llm_conformance.simulator.formats.asked import Part
from llm_fixtures import Piece, Reasoning, Redacted, Refusal, Signature, ToolArguments, ToolCall

Json = dict[str, Any]
Kind = Literal["message", "reasoning", "function_call"]

_PREFIXES: dict[Kind, str] = {"message": "msg", "reasoning": "rs", "function_call": "fc"}


@dataclass(slots=True)
class Item:
    """One output item, and the pieces in it. `index` is its place in the output."""

    kind: Kind
    index: int
    parts: list[Part] = field(default_factory=list)

    @property
    def last(self) -> int:
        """The number of the last piece."""
        return self.parts[-1][0]

    @property
    def arguments(self) -> str:
        """The arguments of a call, as far as there are any: a call without arguments has an empty object."""
        return "".join(piece.text for _, piece, _ in self.parts if isinstance(piece, ToolArguments)) or "{}"

    @property
    def contents(self) -> Iterator[Json]:
        """The content parts of a message: adjacent pieces of one kind are one part."""
        for refused, parts in groupby(self.parts, lambda part: isinstance(part[1], Refusal)):
            yield content(refusal=refused, text="".join(content_text(part) for part in parts))

    @property
    def thoughts(self) -> str:
        """The text of reasoning."""
        return "".join(piece.text for _, piece, _ in self.parts if isinstance(piece, Reasoning))

    @property
    def encrypted(self) -> Json:
        """The encrypted content of reasoning, if it has one."""
        for _, piece, _ in self.parts:
            match piece:
                case Signature(signature):
                    return {"encrypted_content": signature}
                case Redacted(data):
                    return {"encrypted_content": data}
        return {}

    @property
    def opening(self) -> Json:
        """The item in the event that begins it, without its id."""
        match self.kind, self.parts[0][1]:
            case "function_call", ToolCall(id=id_, name=name):
                fields: Json = {"status": "in_progress", "arguments": "", "call_id": id_, "name": name}
            case "reasoning", _:
                fields = {"summary": []}
            case _:
                fields = {"status": "in_progress", "content": [], "role": "assistant"}
        return {"id": "", "type": self.kind, **fields}

    def whole(self, serial: int, status: str) -> Json:
        """The item in the event that ends it and in the whole response, which has this serial number."""
        opening = {**self.opening, "id": f"{_PREFIXES[self.kind]}_{serial}_{self.index}"}
        match self.kind:
            case "function_call":
                return {**opening, "status": status, "arguments": self.arguments}
            case "reasoning":
                begun = isinstance(self.parts[0][1], Reasoning)
                return {**opening, "summary": [summary_text(self.thoughts)] if begun else [], **self.encrypted}
            case "message":
                return {**opening, "status": status, "content": list(self.contents)}


def content(*, refusal: bool, text: str) -> Json:
    """One content part of a message."""
    if refusal:
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def content_text(part: Part) -> str:
    """The text of a piece of a message."""
    _, piece, text = part
    return piece.text if isinstance(piece, Refusal) else text


def summary_text(text: str) -> Json:
    """One part of the summary of reasoning."""
    return {"type": "summary_text", "text": text}


def items_of(parts: Sequence[Part]) -> tuple[list[Item], list[int]]:
    """The items, in the order in which they begin, and for each part the index of its item.

    The parts of a call belong to its item, wherever they are.
    """
    items: list[Item] = []
    calls: dict[int, int] = {}
    indexes: list[int] = []
    for part in parts:
        piece = part[1]
        if isinstance(piece, ToolArguments):
            index = calls[piece.index]
        else:
            kind = _kind(piece)
            if not items or not _continued(items[-1], kind):
                items.append(Item(kind, len(items)))
            index = len(items) - 1
            if isinstance(piece, ToolCall):
                calls[piece.index] = index
        items[index].parts.append(part)
        indexes.append(index)
    return items, indexes


def _kind(piece: Piece) -> Kind:
    match piece:
        case ToolCall():
            return "function_call"
        case Reasoning() | Signature() | Redacted():
            return "reasoning"
        case _:
            return "message"


def _continued(item: Item, kind: Kind) -> bool:
    """Whether a piece of this kind belongs to the item before it. What is encrypted ends an item of reasoning."""
    if kind == "reasoning" == item.kind:
        return isinstance(item.parts[-1][1], Reasoning)
    return kind == "message" == item.kind
