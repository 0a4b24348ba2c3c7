"""The tools that a golden stream calls, and how they are bound to a chat model."""

from __future__ import annotations

import json
from typing import Any

from llm_fixtures import Golden

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
Tool = dict[str, Any]


def tools_of(stream: Golden) -> list[Tool]:
    """The tools that the stream calls, in the form of OpenAI's API, which every `bind_tools()` takes."""
    found: dict[str, dict[str, Any]] = {}
    for call in stream.calls:
        found.setdefault(call.name, {}).update(_properties(call.arguments))
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": f"Calls {name}.",
                "parameters": {"type": "object", "properties": properties, "required": list(properties)},
            },
        }
        for name, properties in found.items()
    ]


def with_tools(llm: Any, tools: list[Tool]) -> Any:
    """The model with these tools bound; None if it has no `bind_tools()`, or one that is not implemented."""
    try:
        return llm.bind_tools(tools)
    except (AttributeError, NotImplementedError):
        return None


def _properties(arguments: str) -> dict[str, Any]:
    try:
        parsed = json.loads(arguments or "{}")
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    return {key: {"type": _TYPES.get(type(value), "string"), "description": key} for key, value in parsed.items()}
