"""Which fields the records have. A run that was saved without one of them cannot show it, whatever its default is.

Fields that only words depend on are excepted: `added` in `records/added.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from llm_conformance import records
from llm_conformance.records import Observation, SubjectInfo
from llm_conformance.records.added import is_added

Schema = Mapping[str, Sequence[str]]


@cache
def schema() -> Schema:
    """The names of the fields of every record type, by the name of the type."""
    return {one.__name__: _fields(one.__name__) for one in _by_name(_parts())}


def missing_field(record: type[Any], recorded: Schema) -> str:
    """A field of the record, or of one within it, that a run with this schema did not record; empty if it has all."""
    if record.__name__ in recorded and all(_fields(name) == list(known) for name, known in recorded.items()):
        return ""  # No field is new, so none has a new type: the types need not be evaluated.
    for found in _by_name(_reachable(record)):
        known = recorded.get(found.__name__, ())
        for field in fields(found):
            if field.name not in known and not is_added(field):
                return f"{found.__name__}.{field.name}"
    return ""


def common(schemas: Sequence[Schema]) -> Schema:
    """The fields that all of them have: what is true of every run, for a reader that knows one schema only."""
    first, *others = schemas
    return {
        name: [one for one in known if all(one in other.get(name, ()) for other in others)]
        for name, known in first.items()
    }


@cache
def _fields(name: str) -> list[str]:
    record = getattr(records, name, None)
    return [field.name for field in fields(record)] if is_dataclass(record) else []


@cache
def _parts() -> dict[type[Any], tuple[type[Any], ...]]:
    """The record types in the fields of every record type."""
    parts: dict[type[Any], tuple[type[Any], ...]] = {}
    pending: list[type[Any]] = [SubjectInfo, *get_args(Observation)]
    while pending:
        one = pending.pop()
        if one not in parts:
            parts[one] = tuple(inner for hint in get_type_hints(one).values() for inner in _dataclasses_in(hint))
            pending += parts[one]
    return parts


def _reachable(record: type[Any]) -> set[type[Any]]:
    found, pending = {record}, [record]
    while pending:
        new = set(_parts()[pending.pop()]) - found
        found |= new
        pending += new
    return found


def _by_name(types: Iterable[type[Any]]) -> list[type[Any]]:
    return sorted(types, key=lambda one: one.__name__)


def _dataclasses_in(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for argument in get_args(hint):
        yield from _dataclasses_in(argument)
