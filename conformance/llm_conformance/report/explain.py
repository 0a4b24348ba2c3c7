"""The explanation of anything that a run prints: `--llm-explain`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS, SNAPSHOTS
from llm_conformance.catalogue.clauses import clauses
from llm_conformance.catalogue.defects import defects, finding_codes
from llm_conformance.catalogue.golden_streams import golden_facts
from llm_conformance.catalogue.golden_streams import names as golden_names
from llm_conformance.catalogue.remedies import remedy_for, remedy_of
from llm_conformance.judge.baseline import baseline
from llm_conformance.report.escape import cut_middle, escape
from llm_conformance.report.explain_check import (
    check_lines,
    defect_lines,
    example_lines,
    export_lines,
    named,
    remedy_lines,
)
from llm_conformance.report.lines import wrap
from llm_conformance.report.listing import row, table
from llm_conformance.suggest import did_you_mean

_CONTROL = "control"
# Characters of a text of a golden stream.
_LONGEST = 300


def explain(name: str, width: int | None = None) -> list[str]:
    """The explanation of whatever has that name.

    A check, a group or family of checks, a fault, a clause, a code, a scenario, a golden stream, a defect, a snapshot,
    an inherited deviation; `name` may also be what a finding prints as `where`. "control" gives the page about
    controlled models.

    width: the columns at which prose is wrapped; None for whole lines.
    Raises LookupError, with the nearest id, for any other.
    """
    if name == _CONTROL:
        return files("llm_conformance.control").joinpath("CONTROL.md").read_text(encoding="utf-8").splitlines()
    for kind in _KINDS:
        if lines := kind(name, width):
            return lines
    place = name.partition(": ")[0].partition(";")[0]
    if place != name:
        stream = _golden(name.removeprefix(f"{place}: ").partition(";")[0], width)
        return [*explain(place, width), *["", *stream] * bool(stream)]
    hint = did_you_mean(name, _names()) or "; --llm-list lists all checks"
    raise LookupError(f"--llm-explain={name}: unknown id{hint}")


def _names() -> Iterable[str]:
    groups = (check.group for check in CHECKS.values())
    faults = (check.fault for check in CHECKS.values())
    entries = (entry.id for entry in baseline())
    scenarios = (known.partition("[")[0] for known in SCENARIOS)
    found = (*CHECKS, *SNAPSHOTS, *groups, *faults, *clauses(), *entries, *scenarios, *finding_codes(), *defects())
    return dict.fromkeys((*found, *golden_names(), _CONTROL))


def _check(name: str, width: int | None) -> list[str]:
    return check_lines(CHECKS[name], width) if name in CHECKS else []


def _fault(name: str, width: int | None) -> list[str]:
    return [line for check in CHECKS.values() if check.fault == name for line in check_lines(check, width)]


def _group(name: str, width: int | None) -> list[str]:
    """The checks of a group, or of a family such as "wire.cut"."""
    members = [one for one in CHECKS.values() if name in {one.group, one.family}]
    if not members:
        return []
    lines = [f"{name}: {len(members)} checks", "", *table([*map(row, members)])]
    family = members[0].family == name
    remedy = remedy_of(members[0]) if family else remedy_for(name)
    lines += ["", *remedy_lines(remedy, width)] if remedy else []
    export = export_lines(members, "CHECK", width)
    return [*lines, *["", *export] * bool(export)]


def _clause(name: str, width: int | None) -> list[str]:
    if (clause := clauses().get(name)) is None:
        return []
    lines = [f"{clause.id}  {clause.level.upper()}", "", *wrap(clause.rule, width, ""), ""]
    lines += named("covered by", ", ".join(clause.checks), width)
    # The reason begins with "later: " or "never: ".
    lines += named("no check", clause.none.partition(": ")[2], width) + named("note", clause.note, width)
    remedy = next((remedy_of(one) for one in CHECKS.values() if one.family in clause.checks), None)
    return [*lines, *remedy_lines(remedy, width)] if remedy else lines


def _snapshot(name: str, width: int | None) -> list[str]:
    if (snapshot := SNAPSHOTS.get(name)) is None:
        return []
    lines = [f"{snapshot.id}  MUST", "", snapshot.rule, ""]
    lines += named("looks at", f"{snapshot.scenario}: {SCENARIOS[snapshot.scenario].act}", width)
    lines += named("after", ", ".join(snapshot.requires), width)
    applies = "once it is accepted: --snapshot-update writes the observation to a file of the project"
    return [*lines, *named("applies", applies, width)]


def _baseline(name: str, width: int | None) -> list[str]:
    lines: list[str] = []
    for entry in (one for one in baseline() if one.id == name):
        codes = f"code {' or '.join(entry.codes)}" if entry.codes else "any code"
        exception = f" of {entry.exception}" if entry.exception else ""
        lines += ["", *wrap(entry.why, width, ""), "", *named("found by", entry.check, width)]
        lines += named("finding", f"{codes}{exception} in {', '.join(entry.scenarios)}", width)
        lines += named("inherited", f"from {', '.join(entry.owners)}", width)
        lines += named("versions", str(entry.versions), width)
    head = f"{name}  a deviation of langchain-core: models that inherit it are not failed for it"
    return [head, *lines] if lines else []


def _scenario(name: str, width: int | None) -> list[str]:
    """What is done in a scenario; without the brackets, in all its call styles."""
    bare = name.partition("#")[0]
    styles = [one for one in SCENARIOS.values() if bare in {one.name, one.name.partition("[")[0]}]
    if not styles:
        return []
    names = {one.name for one in styles}
    checks = [one.id for one in CHECKS.values() if names & {*one.for_each, *one.observations}]
    lines = [f"{name}  a scenario: what the harness does with the model, once", "", *wrap(styles[0].act, width, ""), ""]
    lines += named("calls", ", ".join(f"{one.name} ({one.method}())" for one in styles), width)
    lines += named("answers", f"{sum(one.model_calls for one in styles)} asked of the model", width)
    return [*lines, *named("judged by", ", ".join(checks), width)]


def _golden(name: str, width: int | None) -> list[str]:
    if (found := golden_facts(name)) is None:
        return []
    why, facts = found
    lines = [f"{name}  a golden stream: an answer that the model is made to give", "", *wrap(why, width, ""), ""]
    return [*lines, *(line for label, fact in facts.items() for line in named(label, _cut(fact), width))]


def _cut(text: str) -> str:
    return escape(cut_middle(text, _LONGEST))


def _code(name: str, width: int | None) -> list[str]:
    checks = finding_codes().get(name, {})
    lines: list[str] = []
    for check, (expected, actual) in checks.items():
        sides = (f"  expected   {expected}", f"  actual     {actual}")
        lines += [check, *(line for side in sides for line in wrap(side, width, " " * 13))]
    head = f"{name}  a code of findings: the kind of violation; for each check that gives it, an example"
    return [head, "", *lines] if lines else []


def _defect(name: str, width: int | None) -> list[str]:
    if (defect := defects().get(name)) is None:
        return []
    fails = named("fails", ", ".join(defect.checks), width)
    return [*defect_lines(defect, width), *fails, "", *example_lines(defect.code)]


_KINDS = (_clause, _baseline, _snapshot, _check, _group, _fault, _scenario, _golden, _code, _defect)
