"""The JSON form of frozen data, read off the types of its fields.

A dataclass is an object without the fields that have their default; a tuple is an array; an enum is its value. Two
spellings differ from the plain one. A chunk that is exactly a str stands as a bare JSON string, so that a saved run
reads as the model generated it. Text with a lone surrogate stands as code points, because a JSON reader joins two
neighbouring halves into one character.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache, partial
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from llm_conformance.records.events import Event
from llm_conformance.records.value import Value

_CODE_POINTS = "codepoints"
_SCALARS = (bool, int, float, str, NoneType)

Decoder = Callable[[Any], Any]


def to_json(data: Any) -> Any:
    """The JSON form of a record, or of anything within one."""
    if isinstance(data, Enum):
        return data.value
    if isinstance(data, str):
        return _text_to_json(data)
    if isinstance(data, tuple):
        return [to_json(item) for item in data]
    if isinstance(data, Mapping):
        return {key.value if isinstance(key, Enum) else key: to_json(value) for key, value in data.items()}
    return _record_to_json(data) if is_dataclass(data) else data


def from_json(data: Any, kind: Any) -> Any:
    """The data of that type whose JSON form this is; ValueError or TypeError names the part that is of another form."""
    return _decoder(kind)(data)


def _record_to_json(record: Any) -> Any:
    if isinstance(record, Event):
        return to_json(record.value)
    if isinstance(record, Value) and record == Value("str", "str", record.text):
        return _text_to_json(record.text or "")
    given = [(name, getattr(record, name), default) for name, default in _defaults(record.__class__)]
    return {name: to_json(value) for name, value, default in given if value != default}


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Each field with the value at which it is left out."""
    return tuple(
        (one.name, one.default_factory() if one.default_factory is not MISSING else one.default) for one in fields(kind)
    )


def _text_to_json(text: str) -> str | dict[str, list[int]]:
    try:
        text.encode()
    except UnicodeEncodeError:
        return {_CODE_POINTS: [ord(character) for character in text]}
    return str(text)


@cache
def _decoder(kind: Any) -> Decoder:
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if origin is UnionType:
        return _union(arguments)
    if kind in _SCALARS:
        return partial(_scalar, (kind,))
    if is_dataclass(kind):
        return _SPELLED_OTHERWISE.get(kind) or _record(kind)
    if issubclass(origin, Enum):
        return cast("Decoder", kind)
    if origin is tuple:
        item = _decoder(arguments[0])
        return lambda data: tuple(map(item, _expect(list, data)))
    key, value = map(_decoder, arguments)
    return lambda data: {key(name): value(item) for name, item in _expect(dict, data).items()}


def _union(kinds: tuple[Any, ...]) -> Decoder:
    """A union of scalars, and of at most one other type."""
    scalars = tuple(kind for kind in kinds if kind in _SCALARS)
    others = [_decoder(kind) for kind in kinds if kind not in _SCALARS]
    if not others:
        return partial(_scalar, scalars)
    (other,) = others
    text = str in scalars

    def decode(data: Any) -> Any:
        if type(data) in scalars or (text and _is_text(data)):
            return _scalar(scalars, data)
        return other(data)

    return decode


def _record(kind: Any) -> Decoder:
    """A dataclass; the types of its fields are evaluated when the first one is decoded, as they may contain itself."""
    decoders: dict[str, Decoder] = {}

    def decode(data: Any) -> Any:
        if not decoders:
            hints = get_type_hints(kind)
            decoders.update((one.name, _decoder(hints[one.name])) for one in fields(kind))
        try:
            values = {name: decoders[name](value) for name, value in _expect(dict, data).items()}
        except KeyError as unknown:
            raise ValueError(f"{kind.__name__} has no field {unknown}") from None
        return kind(**values)

    return decode


def _scalar(kinds: tuple[type[Any], ...], data: Any) -> Any:
    if type(data) in kinds or (float in kinds and type(data) is int):
        return data
    if str in kinds and _is_text(data):
        return "".join(map(chr, data[_CODE_POINTS]))
    raise TypeError(f"{' or '.join(kind.__name__ for kind in kinds)} expected, got {data!r}")


def _expect(kind: type[Any], data: Any) -> Any:
    if not isinstance(data, kind):
        raise TypeError(f"{kind.__name__} expected, got {data!r}")
    return data


def _is_text(data: Any) -> bool:
    return isinstance(data, str) or (isinstance(data, dict) and data.keys() == {_CODE_POINTS})


@lru_cache(maxsize=4096)
def _text_value(text: str) -> Value:
    """Names and run ids come again and again."""
    return Value("str", "str", text)


def _value(data: Any) -> Value:
    return _text_value(_scalar((str,), data)) if _is_text(data) else cast("Value", _value_in_full(data))


_value_in_full = _record(Value)
_SPELLED_OTHERWISE: dict[Any, Decoder] = {Value: _value, Event: lambda data: Event(_value(data))}
