"""The list of all checks: `--llm-list`, and `--llm-list=json` for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from llm_conformance.catalogue.catalogue import CHECKS, SNAPSHOTS
from llm_conformance.catalogue.kinds import needed_control
from llm_conformance.catalogue.requirement_sets import set_names, since
from llm_conformance.checks.registry import Check
from llm_conformance.records import Control, Level
from llm_conformance.report.escape import cut

_TITLES = {
    "live": "chunks arrive while the model generates; *-timing: the fallback for a black box that cannot be paused",
    "loop": "the event loop keeps running; *-timing: the fallback for a black box that cannot be paused",
    "any-text": "random texts and prompts",
    "wire": "an adapter and a simulated provider; [fault] as in conformance/SIMULATOR.md",
}
_MARKS = (
    "control: B any model (black box), H a script or a class whose _stream or _astream can be paused,",
    "         S a script, W a simulated provider (--llm-wire=FORMAT); see --llm-explain=control",
    "The check group.name is the item llm-conformance::MODULE:OBJECT::group::name.",
)
Row = tuple[str, str, str, str, str]


def list_checks(width: int | None = None) -> list[str]:
    """A legend; for each group its checks: id, control, level, clause, and the rule, or what the fault is.

    width: the columns at which a line is cut; None for whole lines.
    """
    lines = [*_MARKS]
    for group, members in groupby(CHECKS.values(), key=lambda check: check.group):
        lines += ["", f"{group}: {_TITLES[group]}" if group in _TITLES else group, *table([*map(row, members)])]
    snapshots = [(one.id, "B", "MUST", "", one.rule) for one in SNAPSHOTS.values()]
    lines += ["", "snapshots: what the project has accepted", *table(snapshots)]
    return [line if width is None else cut(line, width) for line in lines]


def checks_as_json() -> str:
    """The list for programs: a JSON object with an object for each check and snapshot, in the order of the list.

    `controls` are those under which the check judges: "blackbox", "hooks" (a black box that can be paused in `_stream`
    or `_astream`), "script" and "wire". `since` is the requirement set in which it was added.
    """
    entries = [*map(_entry, CHECKS.values())]
    entries += [
        {
            "id": one.id,
            "group": "snapshots",
            "level": Level.MUST,
            "clause": "",
            "rule": one.rule,
            "controls": [*map(str, Control)],
            "since": since(one.id),
        }
        for one in SNAPSHOTS.values()
    ]
    return json.dumps({"format": 1, "sets": set_names(), "checks": entries}, indent=1)


def _entry(check: Check) -> dict[str, object]:
    needed, hookable = needed_control(check)
    controls = [str(one) for one in Control if one.includes(needed)]
    entry: dict[str, object] = {
        "id": check.id,
        "group": check.group,
        "level": check.level,
        "clause": check.clause,
        "rule": check.rule,
        "controls": ["hooks", *controls] if hookable and needed is Control.SCRIPT else controls,
        "since": since(check.id),
        "kinds": [*map(str, check.kinds)],
    }
    return entry | ({"fault": check.fault, "fault_rule": check.fault_rule} if check.fault else {})


def row(check: Check) -> Row:
    """The columns of a check."""
    rule = check.fault_rule or check.rule.partition("\n")[0]
    return check.id, _mark(check), check.level.upper(), check.clause, rule


def table(rows: Sequence[Row]) -> list[str]:
    """The rows below each other, indented."""
    column = max(len(name) for name, *_ in rows)
    return [f"  {name:<{column}}  {mark}  {level:<6}  {clause:<10}  {rule}" for name, mark, level, clause, rule in rows]


def _mark(check: Check) -> str:
    control, hookable = needed_control(check)
    return "H" if hookable and control is Control.SCRIPT else {"blackbox": "B", "script": "S", "wire": "W"}[control]


def groups() -> Iterator[str]:
    """The groups of checks."""
    yield from dict.fromkeys(check.group for check in CHECKS.values())
