"""The defects of the zoo, as far as `--llm-explain` shows them: the zoo itself is not in the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from llm_conformance.checks.registry import Check


@dataclass(frozen=True, slots=True)
class Defect:
    """A model with one defect. checks: the ids, and families, of the checks that fail for it.

    reports: addresses of public reports of the same defect. code: the lines of its source.
    """

    id: str
    story: str
    checks: tuple[str, ...]
    reports: tuple[str, ...]
    code: tuple[str, ...]


@cache
def defects() -> dict[str, Defect]:
    """All defects by id."""
    return {
        name: Defect(name, one["story"], tuple(one["checks"]), tuple(one["reports"]), tuple(one["code"]))
        for name, one in _generated("defects.json").items()
    }


def defects_of(check: Check) -> list[Defect]:
    """The defects that the check catches, those with the shortest code first; of its family if none names it."""
    for name in (check.id, check.family):
        if found := [one for one in defects().values() if name in one.checks]:
            return sorted(found, key=lambda one: len(one.code))
    return []


@cache
def finding_codes() -> dict[str, dict[str, tuple[str, str]]]:
    """Code of findings, to check, to an example of what was expected and what the model did."""
    return {
        code: {check: (expected, actual) for check, (expected, actual) in checks.items()}
        for code, checks in _generated("findings.json").items()
    }


def _generated(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("llm_conformance.catalogue").joinpath(name).read_text(encoding="utf-8"))
    return found
