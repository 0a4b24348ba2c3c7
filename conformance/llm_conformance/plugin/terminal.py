"""The summary of a run in the terminal."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from llm_conformance.plugin import WORD
from llm_conformance.plugin.command_line import CommandLine
from llm_conformance.records import About, Level, Verdict, Status
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.text import (
    accepted,
    achieved,
    command,
    exit_code,
    gates,
    groups,
    header,
    heard,
    unseen,
    verdict_lines,
)
from llm_conformance.subject.spec import ImplSpec


class Summary:
    """Writes a section for each subject: who was judged, what was heard, a line a group, what was achieved."""

    def __init__(
        self, terminal: pytest.TerminalReporter, line: CommandLine, records: Mapping[str, SubjectRecord]
    ) -> None:
        self._terminal = terminal
        self._line = line
        self._records = records

    def write(self) -> None:
        """Write all sections; findings that gate stand among pytest's failures already."""
        self._shorten()
        for record in self._records.values():
            self._terminal.section("llm-conformance")
            verdicts = tuple(record.verdicts.values())
            for text in (
                *header(record.about),
                *heard(record.observations),
                "",
                *groups(verdicts),
                *accepted(verdicts),
            ):
                self._terminal.write_line(text)
            for verdict in verdicts:
                if self._worth_showing(verdict):
                    self._show(record.about, verdict)
            self._terminal.write_line("")
            for text in unseen(record.about, verdicts):
                self._terminal.write_line(text)
            self._terminal.write_line(
                achieved(record.about, verdicts, self._line.gate), **_colour(verdicts, self._line)
            )

    def _shorten(self) -> None:
        """Leave of each finding its first line: on CI pytest's last list would print all of them once more."""
        for report in self._terminal.stats.get("failed", []):
            if report.nodeid.startswith(f"{WORD}::") and isinstance(report.longrepr, str):
                report.longrepr = report.longrepr.partition("\n")[0]

    def _worth_showing(self, verdict: Verdict) -> bool:
        shown = verdict.status is Status.FAILED and verdict.level is not Level.MAY
        return (shown and not gates(verdict, self._line.gate)) or verdict.status in {Status.INHERITED, Status.EXPECTED}

    def _show(self, about: About, verdict: Verdict) -> None:
        repeat = command(about, verdict.check, self._line.arguments(ImplSpec.parse(about.spec)))
        self._terminal.write_line("")
        for text in verdict_lines(verdict, repeat, verbose=self._terminal.config.get_verbosity() > 0):
            self._terminal.write_line(text)


def _colour(verdicts: tuple[Verdict, ...], line: CommandLine) -> dict[str, bool]:
    return {{0: "green", 5: "yellow"}.get(exit_code(verdicts, line.gate), "red"): True}
