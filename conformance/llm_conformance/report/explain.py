"""The list of all checks, and the explanation of one: `--llm-list` and `--llm-explain`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS, SNAPSHOTS, Snapshot
from llm_conformance.catalogue.clauses import Clause, clauses
from llm_conformance.checks.registry import Check
from llm_conformance.judge.baseline import BaselineEntry, baseline
from llm_conformance.records import Control
from llm_conformance.report.escape import cut
from llm_conformance.suggest import did_you_mean

_CONTROL = "control"


def list_checks(width: int | None = None) -> list[str]:
    """One line per check and snapshot: id, level, clause, rule; the rule of a fault is what the fault is.

    width: the columns at which a line is cut; None for whole lines.
    """
    snapshots = [(one.id, "MUST", "", one.rule) for one in SNAPSHOTS.values()]
    lines = _table([*map(_row, CHECKS.values()), *snapshots])
    return [line if width is None else cut(line, width) for line in lines]


def explain(name: str) -> list[str]:
    """The explanation of a check, a clause, a snapshot or a deviation of the framework, by its id.

    The name of a group, or of a family of checks such as "wire.cut", gives the list of its checks, and "control" the
    page about controlled models. Raises LookupError, with the nearest id, for any other.
    """
    if name == _CONTROL:
        return files("llm_conformance.control").joinpath("CONTROL.md").read_text(encoding="utf-8").splitlines()
    if name in clauses():
        return _clause(clauses()[name])
    if entries := [entry for entry in baseline() if entry.id == name]:
        return _baseline(name, entries)
    if name in SNAPSHOTS:
        return _snapshot(SNAPSHOTS[name])
    if several := [check for check in CHECKS.values() if name in {check.group, check.family} and check.id != name]:
        return _table([*map(_row, several)])
    if name not in CHECKS:
        ids = [*CHECKS, *clauses(), *(entry.id for entry in baseline()), _CONTROL]
        hint = did_you_mean(name, ids) or "; --llm-list lists them all"
        raise LookupError(f"--llm-explain={name}: unknown id{hint}")
    check = CHECKS[name]
    lines = [f"{check.id}  {check.level.upper()}  {check.clause}", "", check.rule, ""]
    lines += [f"{title:<12} {text}" for title, text in (("fault", check.fault_rule), *_facts(check)) if text]
    return lines


def _row(check: Check) -> tuple[str, str, str, str]:
    return check.id, check.level.upper(), check.clause, check.fault_rule or _first_line(check.rule)


def _table(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
    column = max(len(name) for name, *_ in rows)
    return [f"{name:<{column}}  {level:<6}  {clause:<10}  {rule}" for name, level, clause, rule in rows]


def _clause(clause: Clause) -> list[str]:
    covered = f"covered by   {', '.join(clause.checks)}" if clause.checks else f"no check     {clause.none}"
    lines = [f"{clause.id}  {clause.level.upper()}", "", clause.rule, "", covered]
    return [*lines, f"note         {clause.note}"] if clause.note else lines


def _snapshot(snapshot: Snapshot) -> list[str]:
    lines = [f"{snapshot.id}  MUST", "", snapshot.rule, ""]
    lines.append(f"looks at     {_scenario(snapshot.scenario)}")
    lines += [f"after        {', '.join(snapshot.requires)}"] * bool(snapshot.requires)
    return [
        *lines,
        "applies      once it is accepted: --snapshot-update writes the observation to a file of the project",
    ]


def _baseline(name: str, entries: list[BaselineEntry]) -> list[str]:
    lines = [f"{name}  a deviation of langchain-core: models that inherit it are not failed for it"]
    for entry in entries:
        lines += ["", f"{entry.why}", ""]
        lines += [f"found by     {entry.check}", f"finding      {_pattern(entry)}"]
        lines += [f"inherited    from {', '.join(entry.owners)}", f"versions     {entry.versions}"]
    return lines


def _pattern(entry: BaselineEntry) -> str:
    """The codes and the scenarios of the findings that the entry explains."""
    codes = f"code {' or '.join(entry.codes)}" if entry.codes else "any code"
    exception = f" of {entry.exception}" if entry.exception else ""
    return f"{codes}{exception} in {', '.join(entry.scenarios)}"


def _facts(check: Check) -> list[tuple[str, str]]:
    observed = [SCENARIOS[name] for name in (*check.for_each, *check.observations)]
    order = list(Control).index
    needed = max(check.control, min((one.control for one in observed), key=order), key=order)
    hookable = check.control is Control.BLACKBOX and any(one.hookable for one in observed)
    return [
        ("looks at", "; ".join(_scenario(one.name) for one in observed)),
        ("after", ", ".join(check.requires)),
        ("needs", _needs(needed, hookable=hookable)),
        ("applies to", ", ".join(check.kinds) if len(check.kinds) < len(type(check.kinds[0])) else ""),
        ("claimed by", str(check.claim) if check.claim is not None else ""),
        (
            "compares",
            "the answers of several calls, so the model must give the same answer each time"
            if check.deterministic
            else "",
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


def _needs(control: Control, *, hookable: bool) -> str:
    if control is Control.WIRE:
        return "control wire: a client, and a provider simulated by --llm-wire=FORMAT; see --llm-explain=control"
    if control is Control.SCRIPT:
        hooks = ", or a class that overrides _stream or _astream" if hookable else ""
        return f"control script{hooks}; see --llm-explain=control"
    return ""


def _scenario(name: str) -> str:
    return f"{name}: {SCENARIOS[name].act.rstrip('.')}"


def _first_line(rule: str) -> str:
    return rule.partition("\n")[0]
