"""A saved run that was judged again, in words."""

from __future__ import annotations

from llm_conformance.records import Level, Status, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.text import (
    control_hint,
    escape_line,
    group_lines,
    header,
    rerun_command,
    sample_lines,
    summary_line,
    verdict_lines,
)

_SHOWN = {Status.FAILED, Status.STALE, Status.INHERITED, Status.EXPECTED, Status.HARNESS_ERROR}


def section(record: SubjectRecord, gate: str) -> list[str]:
    """The lines for one subject, as in the terminal: header, groups, every finding, and the summary."""
    subject, verdicts = record.subject_info, tuple(record.verdicts.values())
    lines = [*header(subject), *sample_lines(record.observations), "", *group_lines(verdicts)]
    for verdict in filter(_is_shown, verdicts):
        rerun = escape_line(rerun_command(subject, verdict.check, record.arguments)) if record.arguments else ""
        lines += ["", *verdict_lines(verdict, rerun)]
    return [*lines, "", *control_hint(subject, verdicts), summary_line(subject, verdicts, gate, record.partial)]


def _is_shown(verdict: Verdict) -> bool:
    return verdict.status in _SHOWN and (verdict.status is not Status.FAILED or verdict.level is not Level.MAY)
