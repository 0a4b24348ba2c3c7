"""Resolves the names by which checks and scenarios refer to each other, and verifies how they build on each other.

TypeError names what does not exist, and what would let a check block one of a higher level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from llm_conformance.checks.registry import Check
from llm_conformance.records import Level, ScenarioFacts
from llm_conformance.suggest import did_you_mean

# How the name of a scenario becomes an identifier.
_IDENTIFIER = str.maketrans({"[": "_", "-": "_", " ": "_", "]": ""})
_EVERY_STYLE = "[*]"
_STRICTNESS = (Level.MAY, Level.SHOULD, Level.MUST)


def resolve(checks: dict[str, Check], scenarios: Mapping[str, ScenarioFacts]) -> None:
    """Put the names of scenarios where checks have parameters and patterns.

    A parameter names an observation by its identifier: `callbacks_stream` is `callbacks[stream]`. In `for_each`,
    `live[*]` stands for the scenario in every call style.
    """
    styles: dict[str, list[str]] = {}
    for name in scenarios:
        styles.setdefault(name.partition("[")[0], []).append(name)
    identifiers = {name.translate(_IDENTIFIER): name for name in scenarios if not name.isidentifier()}
    for name, check in list(checks.items()):
        observations = tuple(identifiers.get(one, one) for one in check.observations)
        for_each = tuple(found for one in check.for_each for found in _in_every_style(one, styles))
        if (observations, for_each) != (check.observations, check.for_each):
            checks[name] = replace(check, observations=observations, for_each=for_each)


def verify(checks: Mapping[str, Check], scenarios: Mapping[str, ScenarioFacts]) -> None:
    """Compare both lists; TypeError names the check or scenario, the name that does not exist, and the nearest one."""
    for check in checks.values():
        _known(f"check {check.id!r}: parameter", (*check.observations, *check.for_each), scenarios)
        _known(f"check {check.id!r}: requires", check.requires, checks)
    for scenario in scenarios.values():
        _known(f"scenario {scenario.name!r}: requires", scenario.requires, checks)
        references = (*scenario.observations, *scenario.same_failure_as)
        _known(f"scenario {scenario.name!r}: parameter or same_failure_as", references, scenarios)
        if scenario.reported_by is None:
            continue
        _known(f"scenario {scenario.name!r}: reported_by", (scenario.reported_by,), checks)
        reporter = checks[scenario.reported_by]
        if scenario.name not in (*reporter.observations, *reporter.for_each):
            raise TypeError(f"scenario {scenario.name!r}: {reporter.id!r}, which reports it, does not judge it")
    for check in checks.values():
        for blocking, how in _blocking(check, scenarios):
            if _STRICTNESS.index(checks[blocking].level) < _STRICTNESS.index(check.level):
                levels = f"{check.level} would be blocked by the {checks[blocking].level} {blocking!r}"
                raise TypeError(f"check {check.id!r}: {levels}, {how}")


def _blocking(check: Check, scenarios: Mapping[str, ScenarioFacts]) -> Iterator[tuple[str, str]]:
    """The checks that leave this check nothing to judge where they fail, and how."""
    yield from ((one, "which it requires") for one in check.requires)
    pending, found = [*check.observations, *check.for_each], set[str]()
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        scenario = scenarios[name]
        pending += scenario.observations
        yield from ((one, f"which {name!r} requires") for one in scenario.requires)
        if scenario.reported_by is not None and not (scenario.may_raise and scenario.may_hang):
            yield scenario.reported_by, f"which reports {name!r}"
        if scenario.reported_by == check.id:
            reporters = ((one, scenarios[one].reported_by) for one in scenario.same_failure_as)
            yield from ((by, f"which reports {one!r}, the same failure") for one, by in reporters if by is not None)


def _in_every_style(name: str, styles: Mapping[str, list[str]]) -> list[str]:
    return styles.get(name.removesuffix(_EVERY_STYLE), [name]) if name.endswith(_EVERY_STYLE) else [name]


def _known(user: str, names: Iterable[str], known: Mapping[str, Any]) -> None:
    for name in names:
        if name not in known:
            hint = f"{did_you_mean(name, known)}; if it is new, run `python tests/regenerate.py`"
            raise TypeError(f"{user} {name!r} does not exist{hint}")
