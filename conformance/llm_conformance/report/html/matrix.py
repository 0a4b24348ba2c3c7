"""The matrix: a row for each subject, a column for each group of checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llm_conformance.catalogue.catalogue import CHECKS, SNAPSHOTS
from llm_conformance.records import WITHOUT_CHECK, Level, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.html.bar import Part, bar
from llm_conformance.report.html.outcome import NO_VERDICT, Cell, Sign, cell_of, sign_of
from llm_conformance.report.section import last_line
from llm_conformance.report.text import CONFORMANT, EXCEPT_DECLARED, NOT_CONFORMANT, figures, outcome

_WITHOUT_GROUP = "run"
_STYLES = {
    CONFORMANT: "good",
    EXCEPT_DECLARED: "declared",
    NOT_CONFORMANT: "bad",
    "harness error": "bad",
}
# The styles of outcomes in the order in which they are counted.
_BEST = ("good", "declared", "bad", "open")


@dataclass(frozen=True, slots=True)
class Row:
    """One subject. module, name: the two parts of its spec. style: good, declared, bad or open.

    figures: what the last line says behind the outcome. not_judged: how many checks that apply were not judged.
    codes: one letter for each check of the page.
    """

    number: int
    spec: str
    module: str
    name: str
    about: str
    outcome: str
    style: str
    must: str
    should: str
    figures: str
    not_judged: int
    bar: tuple[Part, ...]
    cells: Mapping[str, Cell | None]
    codes: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows. checks: the ids that any subject has a verdict on, in the order of the catalogue."""

    checks: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def tally(self) -> list[tuple[str, str, int]]:
        """Each outcome with its style and the number of its subjects, the best first."""
        counts = Counter((row.outcome, row.style) for row in self.rows)
        return sorted(((found, style, n) for (found, style), n in counts.items()), key=lambda one: _BEST.index(one[1]))

    def failed(self, sign: Sign) -> tuple[int, int]:
        """How many verdicts have this sign, and of how many subjects."""
        counts = [row.codes.count(sign.code) for row in self.rows]
        return sum(counts), sum(map(bool, counts))


def group_of(check: str) -> str:
    """The group of a check; of a verdict that no check makes, a column of its own."""
    return _WITHOUT_GROUP if check in WITHOUT_CHECK else check.partition(".")[0]


def rule_of(check: str) -> str:
    """The first line of the rule of a check, of a snapshot, or of a verdict that no check makes."""
    if check in CHECKS:
        return CHECKS[check].rule.partition("\n")[0]
    return SNAPSHOTS[check].rule if check in SNAPSHOTS else WITHOUT_CHECK.get(check, "")


def fault_of(check: str) -> str:
    """What is special of one check in a family of faults; empty for any other check."""
    return CHECKS[check].fault_rule.partition("\n")[0] if check in CHECKS else ""


def matrix(records: Sequence[SubjectRecord], gate: str) -> Matrix:
    """The matrix of these subjects."""
    known = dict.fromkeys((*WITHOUT_CHECK, *CHECKS, *SNAPSHOTS))
    met = {name for record in records for name in record.verdicts}
    checks = tuple(name for name in known if name in met)
    groups = tuple(dict.fromkeys(map(group_of, checks)))
    return Matrix(checks, groups, tuple(_row(n, record, gate, checks, groups) for n, record in enumerate(records)))


def by_group(record: SubjectRecord) -> dict[str, list[Verdict]]:
    """The verdicts by group, in the order of the record."""
    found: dict[str, list[Verdict]] = {}
    for verdict in record.verdicts.values():
        found.setdefault(group_of(verdict.check), []).append(verdict)
    return found


def _row(number: int, record: SubjectRecord, gate: str, checks: Sequence[str], groups: Sequence[str]) -> Row:
    verdicts, about = list(record.verdicts.values()), record.subject_info
    grouped = by_group(record)
    found = outcome(verdicts, gate, record.partial)
    signs = [sign_of(one, gate) for one in verdicts]
    return Row(
        number=number,
        spec=about.spec,
        module=about.spec.rpartition(":")[0],
        name=about.spec.rpartition(":")[2],
        about=f"{about.kind}, {about.control}",
        outcome=found,
        style=_STYLES.get(found, "open"),
        must=_figures(verdicts, Level.MUST),
        should=_figures(verdicts, Level.SHOULD),
        figures=last_line(record, gate).removeprefix(f"{found}: "),
        not_judged=sum(sign.style == "open" for sign in signs),
        bar=bar(signs),
        cells={group: cell_of(grouped.get(group, ()), gate) for group in groups},
        codes="".join(
            sign_of(record.verdicts[one], gate).code if one in record.verdicts else NO_VERDICT for one in checks
        ),
    )


def _figures(verdicts: Sequence[Verdict], level: Level) -> str:
    passed, judged = figures(verdicts, level)
    return f"{passed}/{judged}"
