"""Messages beside each other, field by field, with what differs from a message before it marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llm_conformance.records import Message, Value

SAID = "what the model is made to say"
# Each message has an id of its own, and a chunk is of another class than a message.
_NOT_COMPARED = {"id", "type"}
# A provider, or the model, adds them to what it is made to say.
_ADDED = {"model", "usage", "finish reason", "content blocks", "beside content"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of each message, as text; an empty one is absent. differs: by message, from one before it."""

    name: str
    texts: tuple[str, ...]
    differs: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The fields of messages. titles: what each message is."""

    titles: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def differing(self) -> int:
        """The number of fields that differ."""
        return sum(any(one.differs) for one in self.fields)


def compare(values: Mapping[str, Value | None]) -> Comparison | None:
    """The messages by title, each compared with those before it; None if there is none."""
    there = {title: _fields(value) for title, value in values.items() if value is not None}
    if not there:
        return None
    rows = [
        Field(name, tuple(fields.get(name, "") for fields in there.values()), tuple(_differs(name, there)))
        for name in dict.fromkeys(name for fields in there.values() for name in fields)
    ]
    return Comparison(tuple(there), tuple(rows))


def _differs(name: str, there: Mapping[str, Mapping[str, str]]) -> Iterator[bool]:
    """Whether each message differs in this field from one before it."""
    before: set[str] = set()
    for title, fields in there.items():
        yield name not in _NOT_COMPARED and bool(before - {fields.get(name, "")})
        if title != SAID or name in fields or name not in _ADDED:
            before.add(fields.get(name, ""))


def _fields(value: Value) -> dict[str, str]:
    message = Message(value)
    found = {
        "type": value.type,
        "text": value.text or "",
        "content blocks": " ".join(map(_text, message.blocks)) if message.has_blocks else "",
        "tool calls": "; ".join(f"{one.text} id={one.id}" for one in message.calls),
        "invalid calls": "; ".join(f"{one.text} id={one.id}" for one in message.invalid_calls),
        "beside content": _text(message.beside_content) if message.beside_content else "",
        "usage": ", ".join(f"{name} {number}" for name, number in sorted(message.usage.items()) if number),
        "finish reason": message.finish,
        "model": message.model,
        "id": message.id,
    }
    return {name: text for name, text in found.items() if text}


def _text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, default=str, sort_keys=True)
