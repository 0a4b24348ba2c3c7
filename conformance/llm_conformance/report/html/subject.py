"""One subject of the page: what was judged, how far the verdict reaches, and every check with what it observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from llm_conformance.catalogue.catalogue import CHECKS, SNAPSHOTS
from llm_conformance.catalogue.fitness import purposes
from llm_conformance.checks.registry import Check
from llm_conformance.records import LOAD, Finding, Need, Observation, Status, Verdict
from llm_conformance.records.codec import decode
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.finding import merged
from llm_conformance.report.fitness import gate_lines, in_words
from llm_conformance.report.html.bar import Part, bar
from llm_conformance.report.html.figure import Figure, figure, title_of
from llm_conformance.report.html.matrix import by_group, fault_of, rule_of
from llm_conformance.report.html.outcome import Sign, counted, sign_of
from llm_conformance.report.html.siblings import beside
from llm_conformance.report.lines import escape_line
from llm_conformance.report.reach import STEPS, reach_lines
from llm_conformance.report.section import cost_lines, rerun
from llm_conformance.report.story import stories
from llm_conformance.report.table import header
from llm_conformance.report.unreachable import unreachable_lines

# Figures of one check.
_FIGURES = 4
_WITH_FINDINGS = {Status.FAILED, Status.STALE, Status.EXPECTED, Status.INHERITED, Status.HARNESS_ERROR}


@dataclass(frozen=True, slots=True)
class Entry:
    """One check of the subject.

    fault: the fault of a check in a family of faults. step: what would judge it. accept: the command that accepts a
    snapshot. figures: the names of those that show what it observed. calls: the titles of the calls in them that its
    findings are about.
    """

    verdict: Verdict
    sign: Sign
    rule: str
    fault: str
    findings: tuple[Finding, ...]
    step: str
    rerun: str
    accept: str
    figures: tuple[str, ...]
    calls: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """The sign in words, beside the level."""
        return self.sign.words.removeprefix(f"{self.verdict.level.upper()} ")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of checks. sign: that of its worst check. words: how many of its checks have each sign."""

    name: str
    sign: Sign
    words: str
    bar: tuple[Part, ...]
    entries: tuple[Entry, ...]


class Subject:
    """One record, as the templates read it."""

    def __init__(self, number: int, record: SubjectRecord, gate: str) -> None:
        self.number = number
        self.record = record
        self._gate = gate

    @property
    def about(self) -> list[str]:
        """Kind, control, profile and versions, and what the run has cost."""
        first, *versions = header(self.record.subject_info, None)
        facts = first.removeprefix(escape_line(self.record.subject_info.spec)).strip(" ()")
        return [facts, *(line.strip() for line in versions), *cost_lines(self.record)]

    @property
    def fitness(self) -> list[tuple[str, str, str]]:
        """For each purpose: its title, the outcome, and the answer in words."""
        return [(purposes()[one.purpose].title, one.outcome.value, in_words(one)) for one in self.record.fitness]

    @property
    def gate(self) -> list[str]:
        """Why the subject does not meet a purpose of the gate."""
        return gate_lines(self.record, self._gate)

    @property
    def reach(self) -> list[str]:
        """What was not judged, and the step that would judge it."""
        record, verdicts = self.record, tuple(self.record.verdicts.values())
        whole = not record.partial and LOAD not in record.verdicts
        lines = reach_lines(record.subject_info, verdicts, None, whole=whole)
        return [*lines, *unreachable_lines(verdicts, self._gate)]

    @property
    def findings(self) -> list[tuple[Entry, list[str]]]:
        """The worst check of each cause, the worst first, and the ids of those that show the same cause."""
        found = [one for one in self.record.verdicts.values() if one.status in _WITH_FINDINGS]
        told = []
        for story in stories(found):
            worst, *others = sorted((self.entries[one.check] for one in story.verdicts), key=lambda one: one.sign.rank)
            told.append((worst, [also.verdict.check for also in others]))
        return sorted(told, key=lambda pair: pair[0].sign.rank)

    @property
    def groups(self) -> Iterator[Group]:
        """Each group, and its checks, the worst first."""
        for group, verdicts in by_group(self.record).items():
            entries = sorted((self.entries[one.check] for one in verdicts), key=lambda entry: entry.sign.rank)
            signs = [entry.sign for entry in entries]
            yield Group(group, signs[0], counted(signs), bar(signs), tuple(entries))

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every check, by its id."""
        return {name: self._entry(verdict) for name, verdict in self.record.verdicts.items()}

    def _entry(self, verdict: Verdict) -> Entry:
        command = rerun(self.record, verdict.check)
        return Entry(
            verdict=verdict,
            sign=sign_of(verdict, self._gate),
            rule=rule_of(verdict.check),
            fault=fault_of(verdict.check),
            findings=tuple(merged(verdict.findings)),
            step=STEPS[Need(verdict.needs)] if verdict.needs in STEPS else "",
            rerun=command,
            accept=f"{command} --snapshot-update"
            if verdict.check in SNAPSHOTS and verdict.findings and command
            else "",
            figures=tuple(self._figures_of(verdict)),
            calls=tuple(dict.fromkeys(title_of(one.scenario, one.where) for one in verdict.findings if one.scenario)),
        )

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Every figure that a check shows, by its name."""
        wanted = dict.fromkeys(name for one in self.entries.values() for name in one.figures)
        findings = [finding for one in self.record.verdicts.values() for finding in one.findings]
        named = {title_of(one.scenario, one.where) for one in findings}
        for name in wanted:
            yield name, figure(beside(name, self._observed), self._observed, named)

    @cached_property
    def _observed(self) -> Mapping[str, Observation]:
        """The observations; those that cannot be read are not drawn."""
        found = {}
        for name, data in self.record.observations.items():
            try:
                found[name] = decode(data)
            except ValueError:
                continue
        return found

    def _figures_of(self, verdict: Verdict) -> list[str]:
        """The observations that the findings name, else those that the check reads; of a pair the synchronous one."""
        named = [finding.scenario for finding in verdict.findings if finding.scenario]
        if not named and verdict.status is not Status.NOT_APPLICABLE:
            named = _read_by(CHECKS.get(verdict.check))
        drawn = dict.fromkeys(beside(one, self._observed)[0] for one in named if one in self._observed)
        return list(drawn)[:_FIGURES]


def _read_by(check: Check | None) -> list[str]:
    return [] if check is None else [*check.for_each, *check.observations]
