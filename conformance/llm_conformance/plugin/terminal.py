"""The summary of a run in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from llm_conformance.plugin import SUITE_ARG
from llm_conformance.plugin.command_line import CommandLine
from llm_conformance.records import Level, Status, SubjectInfo, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.text import (
    accepted_lines,
    control_hint,
    exit_code,
    fails_run,
    group_lines,
    header,
    rerun_command,
    sample_lines,
    summary_line,
    verdict_lines,
)
from llm_conformance.subject.spec import ImplSpec


class Summary:
    """Writes one section per subject: header, sample of the answer, one line per group, findings, summary."""

    def __init__(
        self, terminal: pytest.TerminalReporter, line: CommandLine, records: Mapping[str, SubjectRecord]
    ) -> None:
        self._terminal = terminal
        self._line = line
        self._records = records

    def write(self, unjudged: Iterable[str]) -> None:
        """Write all sections. Findings that fail the run are not repeated: pytest lists them among its failures.

        unjudged: the requested subjects of which nothing was judged.
        """
        self._shorten()
        for record in self._records.values():
            self._terminal.section("llm-conformance")
            verdicts = tuple(record.verdicts.values())
            for text in (
                *header(record.subject_info),
                *sample_lines(record.observations),
                "",
                *group_lines(verdicts),
                *accepted_lines(verdicts),
            ):
                self._terminal.write_line(text)
            for verdict in verdicts:
                if self._worth_showing(verdict):
                    self._show(record.subject_info, verdict)
            self._terminal.write_line("")
            for text in control_hint(record.subject_info, verdicts):
                self._terminal.write_line(text)
            self._terminal.write_line(
                summary_line(record.subject_info, verdicts, self._line.gate, record.partial),
                **_colour(verdicts, self._line),
            )
        for spec in unjudged:
            self._terminal.section("llm-conformance")
            self._terminal.write_line(f"{spec}: no verdict: none of its checks was judged", yellow=True)

    def _shorten(self) -> None:
        """Cut each report to its first line: on CI the short test summary prints whole messages a second time."""
        for report in self._terminal.stats.get("failed", []):
            if report.nodeid.startswith(f"{SUITE_ARG}::") and isinstance(report.longrepr, str):
                report.longrepr = report.longrepr.partition("\n")[0]

    def _worth_showing(self, verdict: Verdict) -> bool:
        failed = verdict.status is Status.FAILED and verdict.level is not Level.MAY
        return (failed and not fails_run(verdict, self._line.gate)) or verdict.status in {
            Status.INHERITED,
            Status.EXPECTED,
        }

    def _show(self, about: SubjectInfo, verdict: Verdict) -> None:
        rerun = rerun_command(about, verdict.check, self._line.arguments(ImplSpec.parse(about.spec)))
        self._terminal.write_line("")
        for text in verdict_lines(verdict, rerun, verbose=self._terminal.config.get_verbosity() > 0):
            self._terminal.write_line(text)


def _colour(verdicts: tuple[Verdict, ...], line: CommandLine) -> dict[str, bool]:
    return {{0: "green", 5: "yellow"}.get(exit_code(verdicts, line.gate), "red"): True}
