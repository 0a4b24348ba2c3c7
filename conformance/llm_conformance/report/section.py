"""The lines of one subject at the end of a run: the same for pytest and for a saved run."""

from __future__ import annotations

from collections.abc import Iterable

from llm_conformance.catalogue.catalogue import SNAPSHOTS
from llm_conformance.records import LOAD, Status, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.finding import Layout, verdict_lines
from llm_conformance.report.fitness import fitness_lines, gate_lines
from llm_conformance.report.lines import escape_line, labelled, wrap
from llm_conformance.report.reach import reach_lines, reason_lines
from llm_conformance.report.story import Story, stories
from llm_conformance.report.table import group_lines, header, sample_lines
from llm_conformance.report.text import fails_run, rerun_command, summary_line
from llm_conformance.report.unreachable import unreachable_lines


def failures(record: SubjectRecord, gate: str) -> list[Story]:
    """The findings that fail the run, those of one cause together."""
    return stories(one for one in record.verdicts.values() if fails_run(one, gate))


def section(record: SubjectRecord, gate: str, layout: Layout) -> list[str]:
    """The lines of one subject: header, groups, the findings that do not fail the run, how far the verdict reaches."""
    subject, verdicts = record.subject_info, tuple(record.verdicts.values())
    lines = [*header(subject, layout.width), *sample_lines(record.observations, layout.width), ""]
    lines += [*group_lines(verdicts, subject, layout.width), *accepted_lines(verdicts, layout.width)]
    lines += _shown(record, gate, layout)
    whole = not record.partial and LOAD not in record.verdicts
    lines += ["", *reach_lines(subject, verdicts, layout.width, whole=whole)]
    lines += [part for line in unreachable_lines(verdicts, gate) for part in wrap(line, layout.width, "    ")]
    if layout.verbose:
        lines += reason_lines(verdicts, layout.width)
    return [*lines, *closing_lines(record, gate, layout)]


def closing_lines(record: SubjectRecord, gate: str, layout: Layout) -> list[str]:
    """The lines above the last one: for what the subject is fit, and what the run has cost."""
    lines = ["", *fitness_lines(record.fitness, layout.width), ""] if record.fitness else []
    for line in gate_lines(record, gate):
        lines += [*wrap(line, layout.width, "   "), ""]
    return [*lines, *cost_lines(record)]


def cost_lines(record: SubjectRecord) -> list[str]:
    """How many answers the model was asked for, and how long it was called; nothing if it was not called."""
    many = "s" * (record.calls != 1)
    return [f"asked {record.calls} call{many} in {record.seconds:.2f}s"] if record.calls else []


def last_line(record: SubjectRecord, gate: str) -> str:
    """The verdict on the subject, below its section, on one line of any width: other programs look for it."""
    return summary_line(record.subject_info, record.verdicts.values(), gate, record.partial)


def rerun(record: SubjectRecord, check: str) -> str:
    """The command that runs the check again; empty if pytest did not make the record."""
    command = rerun_command(record.subject_info, check, record.arguments) if record.arguments else ""
    return escape_line(command)


def accepted_lines(verdicts: Iterable[Verdict], width: int | None) -> list[str]:
    """One line per snapshot that this run accepted."""
    accepted = [one for one in verdicts if one.check in SNAPSHOTS and one.status is Status.PASSED and one.reason]
    return [line for one in accepted for line in wrap(f"  {escape_line(one.reason)}", width, "    ")]


def _shown(record: SubjectRecord, gate: str, layout: Layout) -> list[str]:
    lines: list[str] = []
    verdicts = tuple(record.verdicts.values())
    failed = [one for one in verdicts if one.status in {Status.FAILED, Status.STALE} and not fails_run(one, gate)]
    for story in stories(failed):
        lines += ["", *story.lines(rerun(record, story.first.check), layout)]
    for one in verdicts:
        if one.status is Status.EXPECTED or (one.status is Status.INHERITED and layout.verbose):
            lines += ["", *verdict_lines(one, rerun(record, one.check), layout)]
    inherited = [one for one in verdicts if one.status is Status.INHERITED]
    if inherited and not layout.verbose:
        lines.append("")
        for one in inherited:
            lines += labelled("inherited", f"{one.check}: {escape_line(one.reason)}", layout.width)
    return lines
