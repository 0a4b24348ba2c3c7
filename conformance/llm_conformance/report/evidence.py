"""What a finding is about, as far as a reader needs it: the values of an observation, each on a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

# Characters of the beginning and of the end of a value. A fault is often at the end of what was sent.
_BEGINNING, _END = 500, 300


def evidence_lines(observation: Any, where: str) -> Iterator[str]:
    """The keys of an observation in JSON, each with its value.

    where: the place of the finding; of an observation of several calls, those are shown that it names.
    """
    for key, value in observation.items():
        if key == "by_label":
            for label in [one for one in value if one and one in where] or [*value][:1]:
                yield from (f"{label}: {line}" for line in evidence_lines(value[label], where))
            continue
        text = json.dumps(plain(value), ensure_ascii=False)
        if len(text) > _BEGINNING + _END:
            text = f"{text[:_BEGINNING]} .. {text[-_END:]} ({len(text)} characters)"
        yield f"{key}: {text}"


def plain(data: Any) -> Any:
    """The data with each value of the model as what it holds, without the names of its classes."""
    if isinstance(data, list):
        return [plain(item) for item in data]
    if isinstance(data, dict):
        return _value(data) if {"type", "base"} <= data.keys() else {key: plain(one) for key, one in data.items()}
    return data


def _value(data: Any) -> Any:
    fields = {key: plain(value) for key, value in data.get("fields", {}).items()}
    match data["base"]:
        case "list" | "tuple":
            return [*fields.values()]
        case "str":
            return data.get("text")
        case "NoneType" | "bool" | "int" | "float":
            return data.get("scalar")
    return {**({"text": data["text"]} if data.get("text") else {}), **fields}
