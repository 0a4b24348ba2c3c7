"""A saved run that was judged again, in words."""

from __future__ import annotations

from llm_conformance.records import Status, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.text import control_hint, group_lines, header, sample_lines, summary_line, verdict_lines

_SHOWN = {Status.FAILED, Status.STALE, Status.INHERITED, Status.EXPECTED, Status.HARNESS_ERROR}


def section(record: SubjectRecord, gate: str) -> list[str]:
    """The lines for one subject: header, groups, every finding, and the summary."""
    subject, verdicts = record.subject_info, tuple(record.verdicts.values())
    lines = [*header(subject), *sample_lines(record.observations), "", *group_lines(verdicts), ""]
    for verdict in filter(_is_shown, verdicts):
        lines += [*verdict_lines(verdict), ""]
    return [*lines, *control_hint(subject, verdicts), summary_line(subject, verdicts, gate), ""]


def _is_shown(verdict: Verdict) -> bool:
    return verdict.status in _SHOWN
