"""Reads and checks parameters of a JSON body. Each error is a ProviderError with the parameter's name."""

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


def required(body: dict[str, Any], name: str, kind: type[_Kind]) -> _Kind:
    """The value of a required parameter."""
    if body.get(name) is None:
        raise ProviderError(400, f"{name!r} is missing", name)
    # Not isinstance: True is an int in Python, but not in JSON.
    if type(value := body[name]) is not kind:
        raise mistyped(name, _TYPE_NAMES[kind], value)
    return value


def optional(body: dict[str, Any], name: str, kind: type[_Kind], default: _Kind) -> _Kind:
    """The value of a parameter that may be absent or null."""
    return default if body.get(name) is None else required(body, name, kind)


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
