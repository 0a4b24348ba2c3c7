"""The JSON Schema of a saved run, made from the types of the records as SAVED_RUN.md is.

In `observations` and `verdicts` a long part may be a reference to an earlier one, so their schemas allow that anywhere.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from llm_conformance.records import Event, Fitness, Observation, Status, SubjectInfo, V3Event, Value, Verdict
from llm_conformance.records.saved_run import FORMAT
from llm_conformance.records.sharing import REFERENCE
from records.saved_run_page import descriptions, summary

KINDS: tuple[type[Any], ...] = get_args(Observation)
# They are JSON of a form of their own; the others follow from the types of their fields.
_VALUES = {Value, Event, V3Event}
Schema = dict[str, Any]

_PLAIN: dict[Any, Schema] = {
    str: {"$ref": "#/$defs/text"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
}
_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}


def render() -> str:
    """The file."""
    return json.dumps(schema(), indent=1) + "\n"


def schema() -> Schema:
    """The schema of a whole saved run."""
    whole = Definitions()
    subject: dict[str, Schema] = {
        "subject": whole.of(SubjectInfo),
        "partial": {"type": "string"},
        "arguments": _TEXTS,
        "fitness": {"type": "array", "items": whole.of(Fitness)},
        "calls": {"type": "integer", "minimum": 0},
        "seconds": {"type": "number", "minimum": 0},
        "observations": {"type": "object", "additionalProperties": whole.shared(whole.observation())},
        "verdicts": {"type": "array", "items": whole.shared(whole.of(Verdict))},
    }
    header: dict[str, Schema] = {
        "format": {"const": FORMAT},
        "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "gate": {"type": "string"},
        "records": {"type": "object", "additionalProperties": _TEXTS},
    }
    footer: dict[str, Schema] = {
        "subjects": {"type": "integer", "minimum": 0},
        "interrupted": {"type": "boolean"},
        "verdicts": {
            "type": "object",
            "propertyNames": {"enum": [*Status]},
            "additionalProperties": {"type": "integer", "minimum": 1},
        },
    }
    run = {
        "header": _object(header, header),
        "subjects": {"type": "array", "items": _object({**subject, "records": header["records"]}, subject)},
        "footer": _object(footer, footer),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A saved run of pytest-llm-conformance",
        "description": "conformance/SAVED_RUN.md describes what the schema cannot say.",
        **_object(run, run),
        "$defs": whole.made(),
    }


class Definitions:
    """The schemas under `$defs`, made when something first refers to them."""

    def __init__(self) -> None:
        self._made: dict[str, Schema] = {
            REFERENCE: _object({REFERENCE: {"type": "array", "items": {"type": ["string", "integer"]}}}, [REFERENCE]),
            "text": {
                "type": ["string", "object"],
                "properties": {
                    "codepoints": {"type": "array", "items": {"type": "integer"}},
                    REFERENCE: {"type": "array"},
                },
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        }

    def made(self) -> dict[str, Schema]:
        """All of them by name."""
        return dict(sorted(self._made.items()))

    def of(self, kind: Any) -> Schema:
        """The schema of a type."""
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind in _VALUES:
            return self._named("value", self._value)
        if is_dataclass(kind):
            record: type[Any] = kind  # type: ignore[assignment]
            return self._named(_name(record), lambda: self._record(record))
        return self._composed(kind)

    def _composed(self, kind: Any) -> Schema:
        origin, arguments = get_origin(kind) or kind, get_args(kind)
        if origin in {Union, types.UnionType}:
            return {"anyOf": [self.of(one) for one in arguments]}
        if issubclass(origin, StrEnum):
            return {"enum": [one.value for one in origin]}
        if origin is tuple:
            return self.shared({"type": "array", "items": self.of(arguments[0])})
        assert issubclass(origin, Mapping), kind
        keys = {} if arguments[0] is str else {"propertyNames": self.of(arguments[0])}
        return self.shared({"type": "object", **keys, "additionalProperties": self.of(arguments[1])})

    def shared(self, whole: Schema) -> Schema:
        """That schema, or a reference to an earlier part."""
        condition = {"type": "object", "required": [REFERENCE]}
        return {"if": condition, "then": {"$ref": f"#/$defs/{REFERENCE}"}, "else": whole}

    def observation(self) -> Schema:
        """The record that its `kind` names."""
        chosen = [
            {
                "if": {"properties": {"kind": {"const": one.kind}}},
                "then": self._named(f"kind {one.kind}", self._of(one)),
            }
            for one in KINDS
        ]
        kinds = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": [one.kind for one in KINDS]}}}
        return {**kinds, "allOf": chosen}

    def _of(self, kind: type[Any]) -> Any:
        return lambda: self._record(kind, {"kind": {"const": kind.kind}})

    def _named(self, name: str, make: Any) -> Schema:
        if name not in self._made:
            self._made[name] = {}  # a type may contain itself
            self._made[name] = self.shared(make())
        return {"$ref": f"#/$defs/{name}"}

    def _record(self, kind: type[Any], more: Mapping[str, Schema] = types.MappingProxyType({})) -> Schema:
        texts, hints = _descriptions(kind), get_type_hints(kind)
        properties = {
            one.name: {**self.of(hints[one.name]), **_described(texts.get(one.name, ""))} for one in fields(kind)
        }
        required = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
        return {"description": summary(kind), **_object({**more, **properties}, [*more, *required])}

    def _value(self) -> Schema:
        return {"anyOf": [self.of(str), self._record(Value)]}


def _object(properties: Mapping[str, Schema], required: Any) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [*required],
        "additionalProperties": False,
    }


def _name(kind: type[Any]) -> str:
    return str(kind.kind) if kind in KINDS else kind.__name__


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


def _descriptions(kind: type[Any]) -> Mapping[str, str]:
    return {} if kind.__name__ == "Text" else dict(_all(kind))


def _all(kind: type[Any]) -> Iterator[tuple[str, str]]:
    for base in reversed(kind.__mro__[:-1]):
        if is_dataclass(base):
            yield from descriptions(base).items()
