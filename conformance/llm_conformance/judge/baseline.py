"""The framework baseline: known deviations of langchain-core itself. A subclass that inherits one does not fail."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.records import Finding, Kind, Status, SubjectInfo, Verdict, matches_any

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

# The hook with which a model yields events of v3 by itself, instead of chunks that langchain-core makes events of.
_V3_HOOKS = {"stream_events": "_stream_chat_model_events", "astream_events": "_astream_chat_model_events"}


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """One deviation of the framework; baseline.toml describes the fields. Empty `codes` match any code."""

    id: str
    check: str
    codes: tuple[str, ...]
    exception: str
    scenarios: tuple[str, ...]
    owners: tuple[str, ...]
    kinds: tuple[str, ...]
    versions: SpecifierSet
    why: str
    bridge: bool = False
    unreachable: tuple[str, ...] = ()


@cache
def baseline() -> tuple[BaselineEntry, ...]:
    """The entries that this version of the harness ships."""
    import tomllib  # noqa: PLC0415 - a run that finds nothing does not pay for them

    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - the same

    content = tomllib.loads((pkgutil.get_data(__package__, "baseline.toml") or b"").decode())
    return tuple(
        BaselineEntry(
            id=entry["id"],
            check=entry["check"],
            codes=tuple(entry.get("codes", ())),
            exception=entry.get("exception", ""),
            scenarios=tuple(entry["scenarios"]),
            owners=tuple(entry["owners"]),
            kinds=tuple(entry.get("kinds", Kind)),
            versions=SpecifierSet(entry["versions"], prereleases=True),
            why=entry["why"],
            bridge=entry.get("bridge", False),
            unreachable=tuple(entry.get("unreachable", ())),
        )
        for entry in content["entry"]
    )


def inherited(verdict: Verdict, subject: SubjectInfo) -> Verdict:
    """The verdict in the light of the baseline: a failure that one entry explains is inherited from the framework."""
    if verdict.status is not Status.FAILED:
        return verdict
    entry = explanation(verdict.check, verdict.findings, subject)
    if entry is None:
        return verdict
    return replace(
        verdict,
        status=Status.INHERITED,
        reason=f"{entry.id}: {entry.why}",
        details="",
        baseline=entry.id,
        accepted=entry.unreachable,
    )


def explanation(check: str, findings: tuple[Finding, ...], subject: SubjectInfo) -> BaselineEntry | None:
    """The entry that explains every finding; None if no single entry does."""
    version = subject.versions.get("langchain-core")
    if version is None:
        return None
    from packaging.version import Version  # noqa: PLC0415 - as in baseline()

    for entry in baseline():
        applies = entry.check == check and subject.kind in entry.kinds and Version(version) in entry.versions
        if applies and all(_matches(entry, finding, subject) for finding in findings):
            return entry
    return None


def _matches(entry: BaselineEntry, finding: Finding, subject: SubjectInfo) -> bool:
    scenario = SCENARIOS.get(finding.scenario)
    if scenario is None or not matches_any(finding.scenario, entry.scenarios):
        return False
    if entry.codes and finding.code not in entry.codes:
        return False
    if entry.exception not in {"", finding.exception}:
        return False
    if entry.bridge:
        own = _V3_HOOKS.get(scenario.method, "") in subject.method_owners
        return not own and subject.method_owners.get(scenario.method) in entry.owners
    # The events of v1 and v2 are those of a stream; version v3 has its own.
    of_stream = scenario.method == "astream_events" and not entry.check.startswith("events-v3.")
    streamed = ("astream",) if of_stream else ()
    methods = (scenario.method, *scenario.other_methods, *streamed)
    return any(subject.method_owners.get(method) in entry.owners for method in methods)
