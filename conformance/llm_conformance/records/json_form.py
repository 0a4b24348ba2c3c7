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
from llm_conformance.records.v3_stream import V3Event
from llm_conformance.records.value import Value

_CODE_POINTS = "codepoints"
_SCALARS = (bool, int, float, str, NoneType)

Encoder = Callable[[Any], Any]
# By identity, the values that are made already: in shared data the same object stands for every equal value.
Seen = dict[int, Value]
Decoder = Callable[[Any, Seen], Any]


def to_json(data: Any) -> Any:
    """The JSON form of a record, or of anything within one."""
    return _encoder(data.__class__)(data)


def from_json(data: Any, kind: Any) -> Any:
    """The data of that type whose JSON form this is; ValueError or TypeError names the part that is of another form."""
    return _decoder(kind)(data, {})


@cache
def _encoder(kind: Any) -> Encoder:
    if is_dataclass(kind):
        return _SPELLED_BY_HAND.get(kind) or _record_encoder(kind)
    if issubclass(kind, Enum):
        return lambda word: word.value
    if issubclass(kind, str):
        return _text_to_json
    if issubclass(kind, tuple):
        return lambda items: [to_json(item) for item in items]
    if issubclass(kind, Mapping):
        return lambda items: {_key(key): to_json(value) for key, value in items.items()}
    return _as_it_is


def _record_encoder(kind: Any) -> Encoder:
    """A dataclass, without the fields that have their default."""
    defaults = [
        (one.name, one.default_factory() if one.default_factory is not MISSING else one.default) for one in fields(kind)
    ]

    def encode(record: Any) -> dict[str, Any]:
        return {
            name: _encoder(value.__class__)(value)
            for name, default in defaults
            if (value := getattr(record, name)) != default
        }

    return encode


def _value_to_json(value: Value) -> Any:
    if value.text is not None and not value.fields and value.scalar is None and value.type == value.base == "str":
        return _text_to_json(value.text)
    # Nine of ten objects of a record are values: this is what `_record_encoder` would do, in half of the time.
    data: dict[str, Any] = {"type": _text_to_json(value.type), "base": value.base}
    if value.text is not None:
        data["text"] = _text_to_json(value.text)
    if value.scalar is not None:
        data["scalar"] = value.scalar
    if value.fields:
        data["fields"] = {key: _value_to_json(one) for key, one in value.fields.items()}
    return data


def _as_it_is(scalar: Any) -> Any:
    return scalar


def _key(key: Any) -> Any:
    return key.value if isinstance(key, Enum) else key


def _text_to_json(text: str) -> str | dict[str, list[int]]:
    try:
        if not text.isascii():
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
        return partial(_word, kind)
    if origin is tuple:
        item = _decoder(arguments[0])
        return lambda data, seen: tuple([item(one, seen) for one in _expect(list, data)])
    key, value = map(_decoder, arguments)
    return lambda data, seen: {key(name, seen): value(one, seen) for name, one in _expect(dict, data).items()}


def _union(kinds: tuple[Any, ...]) -> Decoder:
    """A union of scalars, and of at most one other type."""
    scalars = tuple(kind for kind in kinds if kind in _SCALARS)
    others = [_decoder(kind) for kind in kinds if kind not in _SCALARS]
    if not others:
        return partial(_scalar, scalars)
    (other,) = others
    text = str in scalars

    def decode(data: Any, seen: Seen) -> Any:
        if type(data) in scalars or (text and _is_text(data)):
            return _scalar(scalars, data, seen)
        return other(data, seen)

    return decode


def _record(kind: Any) -> Decoder:
    """A dataclass; the types of its fields are evaluated when the first one is decoded, as they may contain itself."""
    decoders: dict[str, Decoder] = {}

    def decode(data: Any, seen: Seen) -> Any:
        if not decoders:
            hints = get_type_hints(kind)
            decoders.update((one.name, _decoder(hints[one.name])) for one in fields(kind))
        try:
            values = {name: decoders[name](value, seen) for name, value in _expect(dict, data).items()}
        except KeyError as unknown:
            raise ValueError(f"{kind.__name__} has no field {unknown}") from None
        try:
            return kind(**values)
        except TypeError:
            needed = [one.name for one in fields(kind) if one.default is one.default_factory is MISSING]
            raise ValueError(
                f"{kind.__name__} lacks {', '.join(name for name in needed if name not in values)}"
            ) from None

    return decode


def _word(kind: type[Enum], data: Any, _seen: Seen) -> Enum:
    try:
        return kind(data)
    except ValueError:
        raise ValueError(f"{', '.join(one.value for one in kind)} expected, got {data!r}") from None


def _scalar(kinds: tuple[type[Any], ...], data: Any, _seen: Seen) -> Any:
    if type(data) in kinds or (float in kinds and type(data) is int):
        return data
    if str in kinds and _is_text(data):
        try:
            return "".join(map(chr, data[_CODE_POINTS]))
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"code points of a text expected, got {data[_CODE_POINTS]!r}") from None
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


def _value(data: Any, seen: Seen) -> Value:
    if type(data) is str:
        return _text_value(data)
    if _is_text(data):
        return _text_value(_scalar((str,), data, seen))
    if (known := seen.get(id(data))) is None:
        known = seen[id(data)] = _value_in_full(data, seen)
    return known


def _value_in_full(data: Any, seen: Seen) -> Value:
    """Data of the usual form at once; any other is what `_record` makes of it, or refuses."""
    if type(data) is dict and data.keys() <= _PARTS_OF_VALUE:
        kind, base, text = data.get("type"), data.get("base"), data.get("text")
        scalar, parts = data.get("scalar"), data.get("fields", {})
        usual = type(parts) is dict and type(scalar) in _NUMBERS and (text is None or type(text) is str)
        if usual and isinstance(kind, str) and isinstance(base, str):
            return Value(kind, base, text, scalar, {name: _value(part, seen) for name, part in parts.items()})
    return cast("Value", _any_value(data, seen))


_PARTS_OF_VALUE = {one.name for one in fields(Value)}
_NUMBERS = {bool, int, float, NoneType}
_any_value = _record(Value)
_SPELLED_BY_HAND: dict[Any, Encoder] = {
    Value: _value_to_json,
    Event: lambda event: _value_to_json(event.value),
    V3Event: lambda event: _value_to_json(event.value),
}
_SPELLED_OTHERWISE: dict[Any, Decoder] = {
    Value: _value,
    Event: lambda data, seen: Event(_value(data, seen)),
    V3Event: lambda data, seen: V3Event(_value(data, seen)),
}
