"""Parameters of a request's JSON body, checked as they are read; what is wrong is refused by the parameter's name."""

from typing import Any, TypeVar

from llm_conformance.simulator.provider_error import ProviderError

_Kind = TypeVar("_Kind", bool, int, str, dict[str, Any])

# JSON's words, not Python's: the reader of the message wrote JSON.
_WORDS = {bool: "a boolean", int: "an integer", str: "a string", dict: "an object", list: "an array", float: "a number"}


def required(body: dict[str, Any], name: str, kind: type[_Kind]) -> _Kind:
    """A parameter that must be there."""
    if body.get(name) is None:
        raise ProviderError(400, f"{name!r} is missing", name)
    # Exactly the type: True is an int to Python, not to JSON.
    if type(value := body[name]) is not kind:
        raise mistyped(name, _WORDS[kind], value)
    return value


def optional(body: dict[str, Any], name: str, kind: type[_Kind], default: _Kind) -> _Kind:
    """A parameter that may be absent or null."""
    return default if body.get(name) is None else required(body, name, kind)


def texts(body: dict[str, Any], name: str) -> tuple[str, ...]:
    """A parameter that is a string or an array of strings; absent or null are none."""
    value = body.get(name)
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, str):
            raise mistyped(name, "a string or an array of strings", item)
    return tuple(items)


def mistyped(name: str, wanted: str, value: object) -> ProviderError:
    """The refusal of a value that is of another type."""
    got = "null" if value is None else _WORDS[type(value)]
    return ProviderError(400, f"{name!r} must be {wanted}, got {got}", name)
