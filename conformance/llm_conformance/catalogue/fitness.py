"""The purposes for which people choose a model, and the requirements of each; fitness.toml describes the fields."""

from __future__ import annotations

import pkgutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Kind
from llm_conformance.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a purpose.

    checks: the ids of the checks that answer it. broken_if_absent: it is broken if one of them is not applicable.
    open_if_absent: it is not met, but open, if none of them applies.
    timed: that of them which measures times; empty if none does.
    """

    rule: str
    checks: tuple[str, ...]
    kinds: tuple[Kind, ...]
    broken_if_absent: bool
    open_if_absent: bool
    timed: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose. `also`: the ids of the checks of lesser weight."""

    name: str
    title: str
    requirements: tuple[Requirement, ...]
    also: tuple[str, ...]

    @property
    def checks(self) -> frozenset[str]:
        """The ids of all checks whose findings count for the purpose."""
        return frozenset(self.also).union(*(one.checks for one in self.requirements))


@cache
def purposes() -> dict[str, Purpose]:
    """All purposes by name; TypeError names a pattern that no check has."""
    content = tomllib.loads((pkgutil.get_data(__package__, "fitness.toml") or b"").decode())
    return {one["name"]: _purpose(one) for one in content["purpose"]}


def _purpose(entry: dict[str, Any]) -> Purpose:
    return Purpose(
        name=entry["name"],
        title=entry["title"],
        requirements=tuple(
            Requirement(
                rule=one["rule"],
                checks=_matching(one["checks"]),
                kinds=tuple(map(Kind, one.get("kinds", Kind))),
                broken_if_absent=one.get("if-absent") == "broken",
                open_if_absent=one.get("if-absent") == "open",
                timed=one.get("timed", ""),
            )
            for one in entry["requirement"]
        ),
        also=_matching(entry["also"]),
    )


def _matching(patterns: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for pattern in patterns:
        start, star, end = pattern.partition("*")
        if star:
            matching = [name for name in CHECKS if name.startswith(start) and name.endswith(end)]
        else:
            matching = [pattern] if pattern in CHECKS else []
        if not matching:
            raise TypeError(f"fitness.toml: no check is called {pattern!r}{did_you_mean(pattern, CHECKS)}")
        found += matching
    return tuple(dict.fromkeys(found))
