"""The report of `check_llm()`: what a program asks of it, and what an interpreter and a notebook show."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from os import PathLike
from pathlib import Path

from llm_conformance.records import Finding, Status, Verdict
from llm_conformance.records.saved_run import SavedRun, SubjectRecord, today
from llm_conformance.report.finding import Layout
from llm_conformance.report.fitness import fitness_lines
from llm_conformance.report.lines import terminal_width
from llm_conformance.report.saved_run import saved_run_lines
from llm_conformance.report.section import closing_lines, failures, last_line
from llm_conformance.report.table import header
from llm_conformance.report.target import target_of
from llm_conformance.report.text import exit_code, outcome

# Findings that a notebook and an interpreter show; print() shows all.
_SHOWN = 5
_NOTEBOOK = Layout(width=100)
_GREEN, _RED = "#1a7f37", "#cf222e"
# White on its own ground: a notebook may be light or dark.
_BADGE = "color:#fff;background:{};padding:1px 8px;border-radius:4px"
# A notebook may show `pre` in a proportional font, and the mark of a difference is placed by columns.
_PRE = "font-family:monospace;overflow-x:auto;white-space:pre;margin:0 0 .5em"


class LLMReport:
    """What a run found out about one model. Its `repr` is short; `print(report)` shows what pytest shows.

    record: the subject, the observations as JSON data, and the verdicts, as a saved run has them.
    gate: what fails the run: "must", "should" or "fit:PURPOSE".
    """

    def __init__(self, record: SubjectRecord, gate: str = "must") -> None:
        self.record = record
        self.gate = gate

    @property
    def passed(self) -> bool:
        """Whether pytest would exit with 0: something was judged, and nothing of it fails the run."""
        return exit_code(self.record.verdicts.values(), self.gate, self.record.partial) == 0

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdict of each check, by id; it has a `status`, a `level`, a `clause` and a `reason`."""
        return self.record.verdicts

    @property
    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """The findings of each check that failed, of all levels, by id; a finding has `code`, `expected`, `actual`.

        What is inherited or declared is not among them.
        """
        failed = {Status.FAILED, Status.STALE}
        return {name: one.findings for name, one in self.verdicts.items() if one.status in failed}

    def save(self, path: str | PathLike[str]) -> None:
        """Write the run to a file as `--llm-report` does: the ending of the name, such as `.json`, is its form.

        Raises ValueError for a name that cannot be one, and OSError if the file cannot be written.
        """
        target = target_of(str(path), Path())
        target.write(SavedRun([self.record], self.gate, interrupted=False, date=today()))

    def __repr__(self) -> str:
        layout = Layout(width=terminal_width())
        lines = header(self.record.subject_info, layout.width)[:1]
        found = failures(self.record, self.gate)
        for story in found[:_SHOWN]:
            lines += ["", *story.lines("", layout)]
        lines += ["", f"{len(found) - _SHOWN} more findings; print() shows them"] if len(found) > _SHOWN else []
        return "\n".join([*lines, *closing_lines(self.record, self.gate, layout), last_line(self.record, self.gate)])

    def __str__(self) -> str:
        return "\n".join(saved_run_lines(self.record, self.gate, Layout(width=terminal_width())))

    def _repr_html_(self) -> str:
        """The outcome, the findings, the fitness, and the whole report, which opens. What a model said is escaped."""
        spec, _, facts = header(self.record.subject_info, None)[0].partition(" (")
        found, figures = self._last_line
        parts = [
            f"<p><b>{escape(spec)}</b> <small>({escape(facts)}</small><br>",
            f'<b style="{_BADGE.format(_GREEN if self.passed else _RED)}">{escape(found)}</b> {escape(figures)}</p>',
        ]
        told = failures(self.record, self.gate)
        for number, story in enumerate(told[:_SHOWN]):
            # Whole lines: a browser breaks the first of them, and a long text scrolls.
            first, *others = story.lines("", Layout())
            parts.append(_details(first, others, opened=not number))
        if self.record.fitness:
            heading, *lines = fitness_lines(self.record.fitness, None)
            parts.append(_details(heading, lines))
        whole = saved_run_lines(self.record, self.gate, _NOTEBOOK)
        more = f", with {len(told) - _SHOWN} more findings" if len(told) > _SHOWN else ""
        return f"<div>{''.join(parts)}{_details(f'the whole report{more}', whole)}</div>"

    @property
    def _last_line(self) -> tuple[str, str]:
        """The outcome, and the figures behind it."""
        found = outcome(list(self.record.verdicts.values()), self.gate, self.record.partial)
        return found, last_line(self.record, self.gate).removeprefix(f"{found}: ")


def _details(summary: str, lines: list[str], *, opened: bool = False) -> str:
    body = f'<pre style="{_PRE}">{escape(chr(10).join(lines))}</pre>'
    return f"<details{' open' * opened}><summary>{escape(summary)}</summary>{body}</details>"
