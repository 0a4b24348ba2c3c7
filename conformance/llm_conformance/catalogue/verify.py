"""Holds the lists of checks and scenarios against each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llm_conformance.checks.registry import CHECKS
from llm_conformance.scenarios.registry import SCENARIOS
from llm_conformance.suggest import did_you_mean


def verify() -> None:
    """Hold both lists against each other; TypeError names who asks for what does not exist."""
    for one in CHECKS.values():
        _known(f"check {one.id!r}: parameter", (*one.observations, *one.for_each), SCENARIOS)
        _known(f"check {one.id!r}: after", one.requires, CHECKS)
    for act in SCENARIOS.values():
        _known(f"scenario {act.name!r}: after", act.requires, CHECKS)
        _known(f"scenario {act.name!r}: parameter or echo", (*act.observations, *act.same_failure_as), SCENARIOS)
        if act.reported_by is None:
            continue
        _known(f"scenario {act.name!r}: owner", (act.reported_by,), CHECKS)
        owner = CHECKS[act.reported_by]
        if act.name not in (*owner.observations, *owner.for_each):
            raise TypeError(f"scenario {act.name!r}: its owner {owner.id!r} does not judge it")


def _known(who: str, names: Iterable[str], known: dict[str, Any]) -> None:
    for name in names:
        if name not in known:
            raise TypeError(f"{who} {name!r} is unknown{did_you_mean(name, known)}")
