"""A run in a workflow of GitHub: the summary of the step, and annotations."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from llm_conformance.records import Status
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.report.finding import Layout
from llm_conformance.report.lines import escape_line
from llm_conformance.report.markdown import render
from llm_conformance.report.section import failures, last_line, rerun
from llm_conformance.report.story import Story, stories
from llm_conformance.report.text import fails_run

# GitHub shows ten of each kind for a step.
_MOST = 10
_ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_ESCAPED_IN_TITLE = {**_ESCAPED, ":": "%3A", ",": "%2C"}


@dataclass(frozen=True, slots=True)
class Workflow:
    """The step that runs now. Outside of a workflow nothing is written."""

    def exists(self) -> bool:
        """Not a file of an earlier run."""
        return False

    def begin(self, gate: str) -> None:
        """Other commands of the step may have written to its summary."""

    def write(self, run: SavedRun) -> None:
        """Add the page to the summary, and print the annotations."""
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(render(run))
        if os.environ.get("GITHUB_ACTIONS") == "true":
            # pytest's progress does not end its line.
            sys.stdout.write("".join(f"\n{line}" for line in workflow_commands(run)) + "\n")


def workflow_commands(run: SavedRun) -> Iterator[str]:
    """The annotations: an error for what fails the run, a warning for other findings, a notice with each verdict."""
    failed = [(record, story) for record in run.subjects for story in failures(record, run.gate)]
    yield from _commands("error", failed)
    yield from _commands("warning", [(record, story) for record in run.subjects for story in _others(record, run.gate)])
    for record in islice(run.subjects, _MOST):
        yield _command("notice", record.subject_info.spec, last_line(record, run.gate))


def _others(record: SubjectRecord, gate: str) -> list[Story]:
    return stories(one for one in record.verdicts.values() if one.status is Status.FAILED and not fails_run(one, gate))


def _commands(kind: str, found: list[tuple[SubjectRecord, Story]]) -> Iterator[str]:
    shown = found if len(found) <= _MOST else found[: _MOST - 1]
    for record, story in shown:
        lines = story.lines(rerun(record, story.first.check), Layout())
        title = f"{record.subject_info.spec} {story.first.check}"
        yield _command(kind, title, "\n".join(lines), record.subject_info.source)
    if left := len(found) - len(shown):
        yield _command(kind, "llm-conformance", f"{left} more are in the summary of the step")


def _command(kind: str, title: str, message: str, source: str = "") -> str:
    text = "".join(_ESCAPED.get(character, character) for character in message)
    return f"::{kind} {_place(source)}title={_property(title)}::{text}"


def _place(source: str) -> str:
    """The file, from the root of the repository on, and the line; a pull request shows the annotation there."""
    file, _, line = source.rpartition(":")
    if not file or not line.isdecimal():
        return ""
    root = os.environ.get("GITHUB_WORKSPACE") or "."
    return f"file={_property(os.path.relpath(file, root))},line={line},"


def _property(value: str) -> str:
    return "".join(_ESCAPED_IN_TITLE.get(character, character) for character in escape_line(value))
