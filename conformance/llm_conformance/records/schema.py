"""Which fields the records have. A run that was saved without one of them cannot show it, whatever its default is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from llm_conformance.records import Observation
from llm_conformance.records.subject_info import SubjectInfo

Schema = Mapping[str, Sequence[str]]


@cache
def schema() -> Schema:
    """The names of the fields of every record type, by the name of the type."""
    types = {found for root in (SubjectInfo, *get_args(Observation)) for found in _reachable(root)}
    return {one.__name__: tuple(field.name for field in fields(one)) for one in _by_name(types)}


def missing_field(record: type[Any], recorded: Schema) -> str:
    """A field of the record, or of one within it, that a run with this schema did not record; empty if it has all."""
    for found in _by_name(_reachable(record)):
        known = recorded.get(found.__name__, ())
        for field in fields(found):
            if field.name not in known:
                return f"{found.__name__}.{field.name}"
    return ""


def _by_name(types: Iterable[type[Any]]) -> list[type[Any]]:
    return sorted(types, key=lambda one: one.__name__)


def observation_type(kind: str) -> type[Any] | None:
    """The record type of that kind; None if there is none."""
    return next((one for one in get_args(Observation) if one.kind == kind), None)


def _reachable(record: type[Any]) -> frozenset[type[Any]]:
    found: set[type[Any]] = set()
    pending = [record]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += [inner for hint in get_type_hints(one).values() for inner in _dataclasses_in(hint)]
    return frozenset(found)


def _dataclasses_in(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for argument in get_args(hint):
        yield from _dataclasses_in(argument)
