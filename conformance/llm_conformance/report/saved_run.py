"""A saved run that was judged again, in lines: what pytest prints after the progress of a live one."""

from __future__ import annotations

from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.finding import Layout
from llm_conformance.report.section import failures, last_line, rerun, section


def saved_run_lines(record: SubjectRecord, gate: str, layout: Layout) -> list[str]:
    """The lines for one subject: the findings that fail it, then its section."""
    lines: list[str] = []
    for story in failures(record, gate):
        lines += [*story.lines(rerun(record, story.first.check), layout), ""]
    return [*lines, *section(record, gate, layout), last_line(record, gate)]
