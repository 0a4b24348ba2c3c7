"""Findings of one cause: faults of a simulated provider that a client gets wrong in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from llm_conformance.checks.registry import CHECKS, Check
from llm_conformance.records import Finding, Level, Verdict
from llm_conformance.report.escape import shown_in_full
from llm_conformance.report.finding import Layout, finding_lines, heading, rerun_lines, verdict_lines
from llm_conformance.report.lines import escape_line, labelled

_DELIVERY = "wire.delivery"
# The faults that a client gets wrong which reads on behind the end of an answer: it fails, or it waits.
_PAST_THE_END = frozenset({"data_after_done", "late_close", "delta_after_end", "done_after_end"})
_TEXT_DIFFERS = "text-differs"
_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Story:
    """Failed checks that have one cause, as far as their findings show; the first of them tells it."""

    verdicts: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        """The verdict whose findings are shown."""
        return self.verdicts[0]

    def lines(self, rerun: str, layout: Layout) -> list[str]:
        """The findings of the first check, and the list of all faults; with `verbose` all findings."""
        if len(self.verdicts) == 1:
            return verdict_lines(self.first, rerun, layout)
        if layout.verbose:
            told = [line for one in self.verdicts for line in (*verdict_lines(one, "", layout), "")]
            return [*told, *rerun_lines(rerun)]
        lines = heading(self.first, layout, len(self.verdicts) - 1)
        lines += finding_lines(self.first, layout)
        lines += labelled("faults", "of one cause, as far as the findings show:", layout.width)
        for one in self.verdicts:
            check = CHECKS[one.check]
            outcome = "" if _outcome(one) == _outcome(self.first) else f" -> {_outcome(one)}"
            level = "" if one.level is self.first.level else f" ({one.level.upper()})"
            lines += labelled("", f"{_name(check, self.first)}{level}: {check.fault_rule}{outcome}", layout.width)
        return [*lines, *rerun_lines(rerun)]


def stories(verdicts: Iterable[Verdict]) -> list[Story]:
    """The verdicts in their order, those of one cause together, behind that of the highest level.

    Two faults have one cause if the same exception was raised at the same place, if the finding has the same code and
    hint, if both only deliver the bytes in another way, or if both go on behind the end of the answer.
    """
    ordered = list(verdicts)
    groups: list[list[Verdict]] = []
    causes: list[set[object]] = []
    for verdict in ordered:
        own = set(_causes(verdict))
        same = [index for index, known in enumerate(causes) if known & own]
        if not same:
            groups.append([verdict])
            causes.append(own)
            continue
        first, *others = same
        groups[first].append(verdict)
        causes[first] |= own
        for index in reversed(others):
            groups[first] += groups.pop(index)
            causes[first] |= causes.pop(index)
    return [
        Story(tuple(sorted(group, key=lambda one: (_LEVELS.index(one.level), ordered.index(one))))) for group in groups
    ]


def _causes(verdict: Verdict) -> Iterator[object]:
    """What a finding has in common with another of the same cause; the id alone where nothing can be."""
    check = CHECKS.get(verdict.check)
    if check is None or not check.fault or not verdict.findings:
        yield verdict.check
        return
    if check.family == _DELIVERY:
        yield check.family
    if check.fault in _PAST_THE_END:
        yield _PAST_THE_END
    for finding in verdict.findings:
        if finding.code == _TEXT_DIFFERS:
            # The hint of a difference describes this one text.
            yield check.family, finding.code
        else:
            yield finding.code, finding.exception, _place(finding), finding.hint


def _place(finding: Finding) -> str:
    """Where the exception was raised, as the finding shows it; empty where none was."""
    shown = shown_in_full(finding.actual)
    return shown.rpartition("(")[2] if finding.exception else ""


def _outcome(verdict: Verdict) -> str:
    finding = verdict.findings[0]
    return f"{finding.code} {finding.exception}".rstrip()


def _name(check: Check, first: Verdict) -> str:
    """The fault, with the class of faults where it is not that of the first."""
    return check.fault if check.family == CHECKS[first.check].family else escape_line(check.id.partition(".")[2])
