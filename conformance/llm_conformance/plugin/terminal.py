"""What a run prints at its end: a legend of the signs, the failures, one section per subject, the reasons."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.plugin import SUITE_ARG
from llm_conformance.plugin.short_summary import give_messages
from llm_conformance.plugin.signs import CATEGORIES, legend
from llm_conformance.records import CRASH, WITHOUT_CHECK, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.finding import Layout
from llm_conformance.report.lines import escape_line, terminal_width, wrap
from llm_conformance.report.reach import reason_lines
from llm_conformance.report.section import failures, last_line, rerun, section
from llm_conformance.report.text import exit_code

# What pytest lists in its short summary, by the letters of -r.
_LISTED = {"x": "xfailed", "X": "xpassed", "f": "failed", "E": "error", "s": "skipped", "p": "passed", "P": "passed"}
# -qq: one line per subject.
_BRIEF = -2
Reports = Mapping[tuple[str, str], pytest.TestReport]


class Summary:
    """The lines of the end of a run.

    records: what was judged, by subject. reports: pytest's report of each verdict, by subject and check.
    """

    def __init__(
        self,
        terminal: pytest.TerminalReporter,
        gate: str,
        records: Mapping[str, SubjectRecord],
        reports: Reports,
    ) -> None:
        self._terminal = terminal
        self._gate = gate
        self._records = records
        self._reports = reports
        self._failed: list[Any] = []
        self._short: dict[str, tuple[str, ...]] = {}
        verbosity = terminal.config.get_verbosity()
        self._verbose = verbosity > 0
        self._brief = verbosity <= _BRIEF
        self._layout = Layout(width=terminal_width(), verbose=self._verbose)

    def begin(self) -> None:
        """Before pytest prints the failures: write the legend, and show findings of one cause once."""
        self._in_order()
        verdicts = [one for record in self._records.values() for one in record.verdicts.values()]
        text = "" if self._verbose or self._brief else legend(verdicts, self._gate)
        if text:
            for line in wrap(text, self._layout.width, ""):
                self._terminal.write_line(line)
        failed = self._terminal.stats.get("failed", [])
        self._failed, hidden = list(failed), []
        for spec, record in self._records.items():
            for story in failures(record, self._gate):
                if story.first.check in WITHOUT_CHECK:
                    self._note_short(spec, story.first)
                    continue
                first, *others = (self._reports.get((spec, one.check)) for one in story.verdicts)
                if first is None or first not in failed:
                    continue
                self._note_short(spec, story.first)
                first.longrepr = "\n".join(story.lines(rerun(record, story.first.check), self._layout))
                for verdict, other in zip(story.verdicts[1:], others, strict=True):
                    if other is not None and other in failed:
                        code = verdict.findings[0].code
                        self._short[other.nodeid] = (f"as {story.first.check}: {code}", code)
                        hidden.append(other)
        failed[:] = [one for one in failed if one not in hidden and not (self._brief and _is_ours(one))]

    def sections(self, unjudged: Iterable[str]) -> None:
        """Between the failures and the short summary: one section per subject, with -qq one line.

        unjudged: the requested subjects of which nothing was judged.
        """
        self._short_messages()
        for record in self._records.values():
            if self._brief:
                line = f"{escape_line(record.subject_info.spec)}: {last_line(record, self._gate)}"
                self._terminal.write_line(line, **_colour(record, self._gate))
                continue
            self._terminal.section("llm-conformance")
            for text in self._without_report(record):
                self._terminal.write_line(text)
            for text in section(record, self._gate, self._layout):
                self._terminal.write_line(text)
            self._terminal.write_line(last_line(record, self._gate), **_colour(record, self._gate))
        for spec in unjudged:
            self._terminal.section("llm-conformance")
            self._terminal.write_line(f"{spec}: no verdict: none of its checks was judged", yellow=True)

    def _note_short(self, spec: str, verdict: Verdict) -> None:
        """Note the messages that the short summary may have for a verdict, the longest first."""
        report = self._reports.get((spec, verdict.check))
        if report is None or not verdict.findings:
            return
        code = verdict.findings[0].code
        if verdict.check in CHECKS:
            self._short[report.nodeid] = (f"{verdict.level.upper()} {code}", code)
        elif isinstance(report.longrepr, str):
            message = report.longrepr.partition("\n")[0].removeprefix(f"--llm-impl={spec}: ")
            self._short[report.nodeid] = (message, code)

    def _without_report(self, record: SubjectRecord) -> Iterator[str]:
        """The lines of a crash that happened while pytest ran no check: it is not among pytest's failures."""
        for story in failures(record, self._gate):
            if story.first.check == CRASH and (record.subject_info.spec, CRASH) not in self._reports:
                yield from [*story.lines(rerun(record, story.first.check), self._layout), ""]

    def end(self) -> None:
        """After the short summary: with -rs or -ra the reasons why checks did not judge."""
        if self._verbose or not self._terminal.hasopt("s"):
            return
        if not any(self._terminal.stats.get(_LISTED.get(one, "")) for one in self._terminal.reportchars):
            self._terminal.section("short test summary info", cyan=True, bold=True)
        for spec, record in self._records.items():
            if len(self._records) > 1:
                self._terminal.write_line(f"{spec}:")
            for line in reason_lines(record.verdicts.values(), self._layout.width):
                self._terminal.write_line(line)

    def _in_order(self) -> None:
        """Put the categories of the suite into one order: pytest counts them in the order in which they occurred."""
        stats = self._terminal.stats
        for category in CATEGORIES:
            if category in stats:
                stats[category] = stats.pop(category)

    def _short_messages(self) -> None:
        """Show all failures in the short summary, each in one line: on CI it prints whole messages a second time."""
        if self._failed:
            self._terminal.stats["failed"][:] = self._failed
        ours = [one for one in self._failed if _is_ours(one) and isinstance(one.longrepr, str)]
        messages = ((one, self._short.get(one.nodeid) or (one.longrepr.partition("\n")[0],)) for one in ours)
        give_messages(messages, self._terminal.config.get_terminal_writer().fullwidth)


class Frame:
    """What is printed around pytest's own summary: the legend before it, the reasons after it."""

    def __init__(self, summary: Callable[[pytest.TerminalReporter], Summary | None]) -> None:
        self._summary = summary

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None]:
        """Write the beginning and the end."""
        summary = self._summary(terminalreporter)
        if summary is not None:
            summary.begin()
        yield
        if summary is not None:
            summary.end()


def _is_ours(report: Any) -> bool:
    """Whether it is the report of a check, not of a test of the user."""
    return bool(report.nodeid.startswith(f"{SUITE_ARG}::"))


def _colour(record: SubjectRecord, gate: str) -> dict[str, bool]:
    return {{0: "green", 5: "yellow"}.get(exit_code(record.verdicts.values(), gate), "red"): True}
