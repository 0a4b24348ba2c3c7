"""The defects of chat models of the zoo, and the sound base of each: the class without a defect that it changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from llm_zoo import DEFECTS, Defect
from zoo.findings import checks_of


@dataclass(frozen=True)
class Subject:
    """A model to judge. base: whether it is a sound base, whose checks are those of all its defects."""

    name: str
    model: type[Any]
    defect: Defect
    checks: frozenset[str]
    base: bool = False

    @cached_property
    def base_name(self) -> str:
        return self.name if self.base else base_of(self.model).__name__


def subjects() -> list[Subject]:
    """The sound bases, then the defects."""
    defects = [
        Subject(defect.id, model, defect, frozenset(checks_of(defect)))
        for model, defect in DEFECTS.items()
        if model.__module__.startswith("llm_zoo.chat_")
    ]
    return [*_bases(defects), *defects]


def _bases(defects: list[Subject]) -> Iterator[Subject]:
    for name in dict.fromkeys(each.base_name for each in defects):
        own = [each for each in defects if each.base_name == name]
        judged = replace(own[0].defect, id=name, caught_by=(), also_fails={}, may_also_fail={}, declares={})
        checks = frozenset[str]().union(*(each.checks for each in own))
        yield Subject(name, base_of(own[0].model), judged, checks, base=True)


def base_of(model: type[Any]) -> type[Any]:
    """The nearest class that has no defect."""
    return next(each for each in model.__mro__[1:] if each not in DEFECTS and not each.__name__.startswith("_"))
