"""What there is to check, and what one check means: --llm-list and --llm-explain."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS, SNAPSHOTS, Snapshot
from llm_conformance.catalogue.clauses import Clause, clauses
from llm_conformance.checks.registry import Check
from llm_conformance.judge.baseline import BaselineEntry, baseline
from llm_conformance.records import Control
from llm_conformance.suggest import did_you_mean

_SCRIPT = "script"


def list_checks() -> list[str]:
    """A line for each check: id, level, clause, rule."""
    width = max(map(len, CHECKS))
    return [
        f"{check.id:<{width}}  {check.level.upper():<6}  {check.clause:<10}  {_rule(check)}"
        for check in CHECKS.values()
    ]


def explain(name: str) -> list[str]:
    """What the check or the clause of that id demands, or what is known of the framework under that name.

    The id "script" stands for the page that tells how a model is held in hand. LookupError names the nearest where
    there is nothing of that name.
    """
    if name == _SCRIPT:
        return files("llm_conformance.control").joinpath("CONTROL.md").read_text(encoding="utf-8").splitlines()
    if name in clauses():
        return _clause(clauses()[name])
    if known := [fault for fault in baseline() if fault.id == name]:
        return _surprise(name, known)
    if name in SNAPSHOTS:
        return _snapshot(SNAPSHOTS[name])
    if name not in CHECKS:
        remedy = (
            did_you_mean(name, [*CHECKS, *clauses(), *(fault.id for fault in baseline())])
            or "; --llm-list lists them all"
        )
        raise LookupError(f"--llm-explain={name}: no such check{remedy}")
    check = CHECKS[name]
    lines = [f"{check.id}  {check.level.upper()}  {check.clause}", "", check.rule, ""]
    lines += [f"{title:<12} {text}" for title, text in _facts(check) if text]
    return lines


def _clause(clause: Clause) -> list[str]:
    covered = f"covered by   {', '.join(clause.checks)}" if clause.checks else f"no check     {clause.none}"
    lines = [f"{clause.id}  {clause.level.upper()}", "", clause.rule, "", covered]
    return [*lines, f"note         {clause.note}"] if clause.note else lines


def _snapshot(snapshot: Snapshot) -> list[str]:
    act = SCENARIOS[snapshot.scenario].act
    lines = [f"{snapshot.id}  MUST", "", snapshot.rule, ""]
    lines.append(f"looks at     {snapshot.scenario}: {(act.__doc__ or '').rstrip('.')}")
    lines += [f"after        {', '.join(snapshot.requires)}"] * bool(snapshot.requires)
    return [*lines, "applies      once it is accepted: --snapshot-update writes what was seen to a file of the project"]


def _surprise(name: str, faults: list[BaselineEntry]) -> list[str]:
    lines = [f"{name}  a deviation of langchain-core's own: shown to those who inherit it, never held against them"]
    for fault in faults:
        lines += ["", f"{fault.why}", ""]
        lines += [f"found by     {fault.check}", f"it shows as  {fault.finding.pattern}"]
        lines += [f"inherited of {', '.join(fault.owners)}", f"versions     {fault.versions}"]
    return lines


def _facts(check: Check) -> list[tuple[str, str]]:
    observed = [SCENARIOS[name] for name in (*check.for_each, *check.observations)]
    order = list(Control).index
    needed = max(check.control, min((one.control for one in observed), key=order), key=order)
    seen = "; ".join(f"{one.name}: {(one.act.__doc__ or '').rstrip('.')}" for one in observed)
    hooked = check.control is Control.BLACKBOX and any(one.hookable for one in observed)
    instead = ", or a class that has its own hooks _stream or _astream" if hooked else ""
    return [
        ("looks at", seen),
        ("after", ", ".join(check.requires)),
        ("needs", f"control {needed}{instead}; --llm-explain=script tells how" if needed != "blackbox" else ""),
        ("applies to", ", ".join(check.kinds) if len(check.kinds) < len(type(check.kinds[0])) else ""),
        ("claimed by", check.claim or ""),
        (
            "compares",
            "answers of several calls, so it needs a model that repeats itself" if check.deterministic else "",
        ),
        *(("defects", f"{defect}: {story}") for defect, story in _defects(check)),
    ]


@cache
def _defects_of() -> dict[str, list[tuple[str, str]]]:
    """Check id, or id of a family, to the ids and stories of the defects that it catches."""
    text = files("llm_conformance.catalogue").joinpath("defects.json").read_text(encoding="utf-8")
    rows: dict[str, list[tuple[str, str]]] = json.loads(text)
    return rows


def _defects(check: Check) -> list[tuple[str, str]]:
    return _defects_of().get(check.id) or _defects_of().get(check.family, [])


def _rule(check: Check) -> str:
    return check.rule.partition("\n")[0]
