"""Reads and checks parameters of a JSON body. Each error is a ProviderError with the parameter's name."""

from collections.abc import Iterable
from typing import Any, TypeVar

from llm_conformance.simulator.provider_error import ProviderError

_Kind = TypeVar("_Kind", bool, int, str, dict[str, Any])

# JSON's names, not Python's: the reader of the message wrote JSON.
_TYPE_NAMES = {
    bool: "a boolean",
    int: "an integer",
    str: "a string",
    dict: "an object",
    list: "an array",
    float: "a number",
}


def required(body: dict[str, Any], name: str, kind: type[_Kind], below: str = "") -> _Kind:
    """The value of a required parameter. `below` is where `body` is in the request, such as `tools[0].`."""
    if body.get(name) is None:
        raise ProviderError(400, f"{below + name!r} is missing", below + name)
    # Not isinstance: True is an int in Python, but not in JSON.
    if type(value := body[name]) is not kind:
        raise mistyped(below + name, _TYPE_NAMES[kind], value)
    return value


def optional(body: dict[str, Any], name: str, kind: type[_Kind], default: _Kind, below: str = "") -> _Kind:
    """The value of a parameter that may be absent or null."""
    return default if body.get(name) is None else required(body, name, kind, below)


def one_of(body: dict[str, Any], name: str, known: Iterable[str], below: str = "", default: str | None = None) -> str:
    """The value of a parameter that is one of the `known` strings. Without a default it is required."""
    if default is not None and body.get(name) is None:
        return default
    if (value := required(body, name, str, below)) not in known:
        raise unknown(below + name, known, value)
    return value


def objects(body: dict[str, Any], name: str, below: str = "") -> list[dict[str, Any]]:
    """The objects of a parameter that is an array of objects; none if it is absent or null."""
    values = [] if body.get(name) is None else body[name]
    if not isinstance(values, list):
        raise mistyped(below + name, "an array of objects", values)
    for value in values:
        if not isinstance(value, dict):
            raise mistyped(below + name, "an array of objects", value)
    return values


def texts(body: dict[str, Any], name: str) -> tuple[str, ...]:
    """The strings of a parameter that is a string or an array of strings; empty if it is absent or null."""
    value = body.get(name)
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, str):
            raise mistyped(name, "a string or an array of strings", item)
    return tuple(items)


def mistyped(name: str, expected: str, value: object) -> ProviderError:
    """The error for a value of the wrong type. `expected` is a phrase such as 'a string'."""
    got = "null" if value is None else _TYPE_NAMES[type(value)]
    return ProviderError(400, f"{name!r} must be {expected}, got {got}", name)


def unknown(name: str, known: Iterable[str], value: str) -> ProviderError:
    """The error for a string that is none of the `known` ones."""
    return ProviderError(400, f"{name!r} must be one of {', '.join(map(repr, known))}, got {value!r}", name)
