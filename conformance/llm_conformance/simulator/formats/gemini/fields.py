"""The fields of a request to Gemini: JSON for protocol buffers, which has each name in two spellings.

A field may be `toolConfig` or `tool_config`, and a list of one item may be the item alone.
"""

import re
from collections.abc import Mapping
from typing import Any

from llm_conformance.simulator.formats.parameter import mistyped

Json = dict[str, Any]

_NEXT_WORD = re.compile(r"_([a-z])")


def fields(value: Json) -> Json:
    """The object with the names of its fields in camel case."""
    return {_NEXT_WORD.sub(lambda found: found[1].upper(), name): field for name, field in value.items()}


def field(of: Json, name: str, below: str = "") -> Json:
    """The object in a field that may be absent. Raises ProviderError if it is something else."""
    value = of.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise mistyped(below + name, "an object", value)
    return fields(value)


def items(of: Json, name: str, below: str = "") -> list[Json]:
    """The objects in a field that may be absent. Raises ProviderError if it has something else."""
    value = of.get(name)
    if value is None:
        return []
    found = value if isinstance(value, list) else [value]
    for item in found:
        if not isinstance(item, dict):
            raise mistyped(below + name, "an array of objects", item)
    return [fields(item) for item in found]


def enum(of: Json, name: str, numbers: Mapping[int, str], default: str) -> Any:
    """The name of an enum's value, which clients also send as its number."""
    value = of.get(name)
    if value is None:
        return default
    return numbers.get(value, value) if type(value) is int else value
