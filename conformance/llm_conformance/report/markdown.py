"""A run as one page of Markdown: for the summary of a workflow, or as a comment."""

from __future__ import annotations

from collections.abc import Iterator

from llm_conformance.catalogue.fitness import purposes
from llm_conformance.records import LOAD, Level, Status
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.report.finding import Layout
from llm_conformance.report.fitness import in_words
from llm_conformance.report.lines import wrap
from llm_conformance.report.markdown_text import block, code, row
from llm_conformance.report.reach import NOT_JUDGED, reach_lines
from llm_conformance.report.section import failures, last_line, rerun
from llm_conformance.report.story import Story, stories
from llm_conformance.report.text import CONFORMANT, NOT_CONFORMANT, fails_run, figures, outcome
from llm_conformance.report.unreachable import unreachable_lines

# Characters in which findings are shown in full; behind that they are only named. A comment on GitHub has 65 536.
_LONGEST = 48_000
_WIDTH = 108
_LEVELS = list(Level)
_SIGNS = {CONFORMANT: "✅", NOT_CONFORMANT: "❌"}
_COLUMNS = ("subject", "verdict", "MUST", "SHOULD", "not judged", "control")


def render(run: SavedRun) -> str:
    """The page."""
    lines = ["# LLM conformance", ""]
    if run.interrupted:
        lines += ["The run was interrupted.", ""]
    if not run.subjects:
        return "\n".join([*lines, "Nothing was judged.", ""])
    lines += [row(_COLUMNS), row("---" for _ in _COLUMNS), *(row(_cells(one, run.gate)) for one in run.subjects)]
    length = sum(map(len, lines))
    for record in run.subjects:
        for paragraph in _subject(record, run.gate):
            size = sum(map(len, paragraph.full)) + len(paragraph.full)
            shown = paragraph.full if length + size <= _LONGEST else paragraph.short
            lines += ["", *shown]
            length += sum(map(len, shown)) + len(shown)
    return "\n".join([*lines, ""])


class _Paragraph:
    """Lines that belong together. short: what is shown in their place if the page gets too long."""

    def __init__(self, full: list[str], short: list[str] | None = None) -> None:
        self.full = full
        self.short = full if short is None else short


def _cells(record: SubjectRecord, gate: str) -> Iterator[str]:
    verdicts = list(record.verdicts.values())
    found = outcome(verdicts, gate, record.partial)
    yield code(record.subject_info.spec)
    yield f"{_SIGNS.get(found, '⚠️')} {found}"
    for level in (Level.MUST, Level.SHOULD):
        yield "{}/{}".format(*figures(verdicts, level))
    yield str(sum(one.status in NOT_JUDGED and not one.not_scored for one in verdicts))
    yield record.subject_info.control


def _subject(record: SubjectRecord, gate: str) -> Iterator[_Paragraph]:
    about, verdicts = record.subject_info, tuple(record.verdicts.values())
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    facts = [part for line in (last_line(record, gate), versions) for part in wrap(line, _WIDTH)]
    yield _Paragraph([f"## {code(about.spec)}", "", *block(filter(None, facts))])
    failed = failures(record, gate)
    if failed:
        yield _Paragraph(["### Findings that fail the run"])
        yield from (_finding(record, one) for one in failed)
    others = [one for one in verdicts if one.status is Status.FAILED and not fails_run(one, gate)]
    if found := stories(sorted(others, key=lambda one: _LEVELS.index(one.level))):
        many = "1 finding that does" if len(found) == 1 else f"{len(found)} findings that do"
        yield _Paragraph(["<details>", f"<summary>{many} not fail the run</summary>"])
        yield from (_finding(record, one) for one in found)
        yield _Paragraph(["</details>"])
    tolerated = [one for one in verdicts if one.status in {Status.EXPECTED, Status.INHERITED}]
    if tolerated:
        shown = [f"{one.status} {one.check}: {one.reason}" for one in tolerated]
        yield _Paragraph(_folded(f"{len(shown)} declared or inherited", shown))
    if unreachable := unreachable_lines(verdicts, gate):
        yield _Paragraph(block(unreachable))
    if record.fitness:
        answers = [(purposes()[one.purpose].title, code(in_words(one))) for one in record.fitness]
        yield _Paragraph([row(("fit for", "")), row(("---", "---")), *map(row, answers)])
    whole = not record.partial and LOAD not in record.verdicts
    if reach := reach_lines(about, verdicts, _WIDTH, whole=whole):
        yield _Paragraph(_folded("What was not judged", reach))


def _finding(record: SubjectRecord, story: Story) -> _Paragraph:
    first = story.first
    more = f" and {len(story.verdicts) - 1} more" if len(story.verdicts) > 1 else ""
    title = f"{first.level.upper()} {code(first.check)}{more}"
    lines = story.lines(rerun(record, first.check), Layout(width=_WIDTH))
    return _Paragraph([f"#### {title}", "", *block(lines)], [f"- {title}"])


def _folded(title: str, lines: list[str]) -> list[str]:
    return ["<details>", f"<summary>{title}</summary>", "", *block(lines), "", "</details>"]
