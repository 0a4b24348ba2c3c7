"""What a check is about, whatever the subject: its rule, its clause, why it matters, usual causes and the remedy."""

from __future__ import annotations

from dataclasses import dataclass

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.catalogue.clauses import Clause, clauses
from llm_conformance.catalogue.defects import defects_of
from llm_conformance.catalogue.remedies import Remedy, remedy_of
from llm_conformance.report.html.matrix import rule_of

_REPORTS = 3
_UNDER = " under the fault "


@dataclass(frozen=True, slots=True)
class Rule:
    """The catalogue's part of a check.

    first: the rule. text: what its docstring says beside it. acts: what is called.
    reports: addresses of public reports of a defect that the check catches.
    """

    check: str
    first: str
    text: tuple[str, ...]
    fault: str
    clause: Clause | None
    remedy: Remedy | None
    acts: tuple[str, ...]
    reports: tuple[str, ...]


def in_brief(act: str) -> str:
    """What is called, without its details. The act of a fault repeats what the fault is."""
    first = " ".join(act.partition("\n\n")[0].split())
    return f"{(first.partition(': ')[0] if _UNDER in first else first).rstrip('.')}."


def rule(name: str) -> Rule:
    """The rule of a check, a snapshot, or a verdict that no check makes."""
    check = CHECKS.get(name)
    if check is None:
        return Rule(name, rule_of(name), (), "", None, None, (), ())
    observed = dict.fromkeys(SCENARIOS[one].act for one in (*check.for_each, *check.observations))
    reports = dict.fromkeys(address for defect in defects_of(check) for address in defect.reports)
    return Rule(
        check=name,
        first=rule_of(name),
        text=tuple(" ".join(part.split()) for part in check.rule.split("\n\n"))[1:],
        fault=f"{check.fault}: {check.fault_rule}" if check.fault else "",
        clause=clauses()[check.clause],
        remedy=remedy_of(check),
        acts=tuple(dict.fromkeys(map(in_brief, observed))),
        reports=tuple(reports)[:_REPORTS],
    )
