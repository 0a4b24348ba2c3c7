"""Records to JSON and back; a record is equal to what it becomes on the round trip.

Two spellings differ from the plain one. A chunk that is exactly a str stands as a bare JSON string, so that a
saved run reads as the model generated it. Text with a lone surrogate stands as code points, because a JSON reader
joins two neighbouring halves into one character.
"""

from __future__ import annotations

import json
from typing import Any, cast, get_args

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from llm_conformance.records import (
    Control,
    DeviationMode,
    Event,
    Kind,
    Level,
    Milestone,
    Observation,
    Place,
    Status,
    SubjectInfo,
    Text,
    Value,
    Verdict,
)

_OBSERVATIONS: dict[str, type[Any]] = {record.kind: record for record in get_args(Observation)}
_SURROGATES = range(0xD800, 0xE000)


def encode(observation: Observation) -> dict[str, Any]:
    """An observation as JSON data, with its kind named."""
    return {"kind": observation.kind, **_CONVERTER.unstructure(observation)}


def decode(data: dict[str, Any]) -> Observation:
    """The observation that `encode` made the data of; ValueError where the data is not of that form."""
    kind = data.get("kind") if isinstance(data, dict) else None
    if kind not in _OBSERVATIONS:
        raise ValueError(f"an observation of kind {kind!r}; the kinds are {', '.join(_OBSERVATIONS)}")
    record = _structure({key: value for key, value in data.items() if key != "kind"}, _OBSERVATIONS[kind])
    return cast("Observation", record)


def through_json(observation: Observation) -> Observation:
    """The observation as a saved run would give it back: what a live run judges."""
    return decode(json.loads(json.dumps(encode(observation))))


def encode_subject(about: SubjectInfo) -> dict[str, Any]:
    """A subject's facts as JSON data."""
    return cast("dict[str, Any]", _CONVERTER.unstructure(about))


def decode_subject(data: dict[str, Any]) -> SubjectInfo:
    """The facts that `encode_about` made the data of; ValueError where the data is not of that form."""
    return cast("SubjectInfo", _structure(data, SubjectInfo))


def encode_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON data."""
    return cast("dict[str, Any]", _CONVERTER.unstructure(verdict))


def decode_verdict(data: dict[str, Any]) -> Verdict:
    """The verdict that `encode_verdict` made the data of; ValueError where the data is not of that form."""
    return cast("Verdict", _structure(data, Verdict))


def _structure(data: object, kind: type[Any]) -> object:
    try:
        return _CONVERTER.structure(data, kind)
    except Exception as error:  # cattrs wraps every error in the data in its own groups
        raise ValueError(f"not a {kind.__name__.lower()}: {_first(error)}") from error


def _first(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


def _text_out(text: str) -> str | dict[str, list[int]]:
    if any(ord(character) in _SURROGATES for character in text):
        return {"codepoints": [ord(character) for character in text]}
    return str(text)


def _text_in(data: object, _: type[str]) -> str:
    if isinstance(data, dict) and set(data) == {"codepoints"}:
        return "".join(map(chr, data["codepoints"]))
    if not isinstance(data, str):
        raise TypeError(f"text expected, got {data!r}")
    return data


def _scalar_in(data: object, _: object) -> bool | int | float | None:
    if data is None or isinstance(data, bool | int | float):
        return data
    raise TypeError(f"a number, a boolean or null expected, got {data!r}")


def _shown_out(shown: str | Text) -> Any:
    return _text_out(shown) if isinstance(shown, str) else {"chunks": [_text_out(chunk) for chunk in shown.chunks]}


def _shown_in(data: Any, _: object) -> str | Text:
    if isinstance(data, dict) and set(data) == {"chunks"}:
        return Text(tuple(_text_in(chunk, str) for chunk in data["chunks"]))
    return _text_in(data, str)


def _flag_in(data: object, _: object) -> bool | str:
    return data if isinstance(data, bool) else _text_in(data, str)


def _register_value(converter: Converter) -> None:
    value_out = make_dict_unstructure_fn(Value, converter, _cattrs_omit_if_default=True)
    value_in = make_dict_structure_fn(Value, converter, _cattrs_forbid_extra_keys=True)

    def out(value: Value) -> Any:
        if value == Value("str", "str", value.text):
            return _text_out(value.text or "")
        return value_out(value)

    def back(data: Any, kind: type[Value]) -> Value:
        if isinstance(data, str) or (isinstance(data, dict) and "codepoints" in data):
            return Value("str", "str", _text_in(data, str))
        if not isinstance(data, dict):
            raise TypeError(f"a value expected, got {data!r}")
        return value_in(data, kind)

    converter.register_unstructure_hook(Value, out)
    converter.register_structure_hook(Value, back)
    converter.register_unstructure_hook(Event, lambda event: out(event.value))
    converter.register_structure_hook(Event, lambda data, _: Event(back(data, Value)))


def _converter() -> Converter:
    converter = Converter(omit_if_default=True, forbid_extra_keys=True, detailed_validation=False)
    converter.register_unstructure_hook(str, _text_out)
    converter.register_structure_hook(str, _text_in)
    for word in (Control, DeviationMode, Kind, Level, Milestone, Place, Status):
        converter.register_structure_hook(word, lambda data, kind: kind(data))
    converter.register_structure_hook_func(lambda kind: kind == bool | int | float | None, _scalar_in)
    converter.register_structure_hook_func(lambda kind: kind == bool | str, _flag_in)
    converter.register_unstructure_hook_func(lambda kind: kind == str | Text, _shown_out)
    converter.register_structure_hook_func(lambda kind: kind == str | Text, _shown_in)
    _register_value(converter)
    return converter


_CONVERTER = _converter()
