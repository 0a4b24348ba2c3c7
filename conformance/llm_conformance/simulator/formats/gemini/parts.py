"""The parts of an answer in Gemini's form: texts, thoughts, and whole calls of functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.formats.completion import Completion
from llm_conformance.simulator.formats.json_object import json_object
from llm_fixtures import Reasoning, Signature, Token, ToolCall, WholeCall

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NumberedParts:
    """Parts that a stream sends together, with the number of the piece that completes them."""

    number: int
    parts: tuple[Json, ...]


def numbered_parts(completion: Completion) -> Iterator[NumberedParts]:
    """The parts of an answer, as a stream has them.

    A call is sent whole, when its last piece and those of the calls before it are there. A call that is cut off is
    never sent. In the dialect of whole calls, all calls are parts of one chunk.
    """
    last_pieces, calls = completion.last_parts, completion.calls
    signatures = _signatures_of_calls(completion)
    due = 0
    for number, piece, text in completion.parts:
        if isinstance(piece, Token):
            yield NumberedParts(number, ({"text": text},))
        elif isinstance(piece, Reasoning):
            yield NumberedParts(number, ({"text": piece.text, "thought": True},))
        ready: list[Json] = []
        if completion.dialect.calls == "parts" or number == max(last_pieces.values(), default=-1):
            while due < len(calls) and last_pieces[due] <= number:
                ready += _call(calls[due], signatures.get(due))
                due += 1
        if completion.dialect.calls == "whole" and ready:
            yield NumberedParts(number, tuple(ready))
        else:
            yield from (NumberedParts(number, (part,)) for part in ready)


def signature(completion: Completion) -> Json:
    """The signature of the thoughts behind the text, which the last part of text carries; none if a call carries it."""
    pieces = [piece for _, piece, _ in completion.parts]
    last_call = max((place for place, piece in enumerate(pieces) if isinstance(piece, ToolCall)), default=-1)
    signed = [piece.signature for piece in pieces[last_call + 1 :] if isinstance(piece, Signature)]
    return {"thoughtSignature": signed[-1]} if signed else {}


def whole_parts(completion: Completion) -> list[Json]:
    """The parts of an answer that is not streamed: adjacent texts, and adjacent thoughts, are one part."""
    whole: list[Json] = []
    for numbered in numbered_parts(completion):
        for part in numbered.parts:
            if whole and _is_text(part) and _is_text(whole[-1]) and part.get("thought") == whole[-1].get("thought"):
                whole[-1] = {**whole[-1], "text": whole[-1]["text"] + part["text"]}
            else:
                whole.append(part)
    if signed := signature(completion):
        if not whole or not _is_text(whole[-1]) or whole[-1].get("thought"):
            whole.append({"text": ""})
        whole[-1] = {**whole[-1], **signed}
    return whole


def _signatures_of_calls(completion: Completion) -> dict[int, str]:
    """By the index of a call, the signature of the thoughts before it: the first call after them carries it."""
    signed: dict[int, str] = {}
    waiting = None
    for _, piece, _ in completion.parts:
        if isinstance(piece, Signature):
            waiting = piece.signature
        elif isinstance(piece, ToolCall) and waiting is not None:
            signed[piece.index], waiting = waiting, None
    return signed


def _call(call: WholeCall, signed: str | None) -> Sequence[Json]:
    if (arguments := json_object(call.arguments or "{}")) is None:
        return ()
    part: Json = {"functionCall": {"id": call.id, "name": call.name, "args": arguments}}
    return ({**part, "thoughtSignature": signed} if signed else part,)


def _is_text(part: Json) -> bool:
    return "text" in part
