"""The framework baseline: deviations that are langchain-core's own, which no subclass of it is accused of."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from llm_conformance.records import Finding, Kind, SubjectInfo, one_line
from llm_conformance.scenarios.registry import SCENARIOS


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """One deviation of the framework: where it shows, what it looks like, which releases have it."""

    check: str
    owners: tuple[str, ...]
    kinds: tuple[str, ...]
    finding: re.Pattern[str]
    versions: SpecifierSet
    id: str
    why: str


@cache
def baseline() -> tuple[BaselineEntry, ...]:
    """The faults that ship with this version of the harness."""
    content = tomllib.loads(files("llm_conformance.judge").joinpath("baseline.toml").read_text(encoding="utf-8"))
    return tuple(
        BaselineEntry(
            check=fault["check"],
            owners=tuple(fault["owners"]),
            kinds=tuple(fault.get("kinds", Kind)),
            finding=re.compile(fault["finding"], re.DOTALL),
            versions=SpecifierSet(fault["versions"], prereleases=True),
            id=fault["surprise"],
            why=fault["why"],
        )
        for fault in content["fault"]
    )


def inherited_reason(check: str, findings: tuple[Finding, ...], about: SubjectInfo) -> str | None:
    """Why these findings are the framework's, as "S4: ..", if every one of them is by the same entry."""
    version = about.versions.get("langchain-core")
    if version is None:
        return None
    for fault in baseline():
        known = fault.check == check and about.kind in fault.kinds and Version(version) in fault.versions
        if known and all(_matches(fault, finding, about) for finding in findings):
            return f"{fault.id}: {fault.why}"
    return None


def _matches(fault: BaselineEntry, finding: Finding, about: SubjectInfo) -> bool:
    scenario = SCENARIOS.get(finding.where.partition(":")[0])
    if scenario is None:
        return False
    if not any(
        about.method_owners.get(method) in fault.owners for method in (scenario.method, *scenario.other_methods)
    ):
        return False
    return fault.finding.fullmatch(f"{finding.where}: {one_line(finding.actual)}") is not None
