#!/usr/bin/env python3
"""Writes the page of known classes from the saved runs below a folder, as `.ci/environments FOLDER` leaves them.

python tests/presets/table.py FOLDER

A class that has no saved run there keeps its row, or has one that says so.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level, Status
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.subject.presets import distribution_of
from presets.published import Cause, causes, findings, known, known_findings, saved

PAGE = Path(__file__).parents[2] / "conformance" / "KNOWN_CLASSES.md"
_JUDGED = (Status.PASSED, Status.FAILED)
_HEAD = """\
# Known classes

The results of published classes, each judged by its name alone: `pytest llm-conformance --llm-impl=CLASS`. A class that
speaks more than one wire format has a row for each, with the option that selects it. A
[preset](llm_conformance/subject/presets) points each class at the simulated provider; it has the form of a profile.
Every finding was confirmed by hand: in the source of the class, and by a call without the suite.

The columns `must` and `should` have the checks that passed, of those that passed or failed. `inherited` counts the
findings that are langchain-core's own, which the class is not responsible for. `causes` names [the causes](#causes) of
the failed checks, in bold if a MUST fails. Most of them lie in the client library of the class.

| class | distribution | format | streams | must | should | inherited | causes |
|---|---|---|---|---|---|---|---|"""
_CAUSES = """
## Causes

Each cause with the checks that fail, and the classes for which they fail."""
_FOOT = """
This page is generated from saved runs: `.ci/environments FOLDER`, then `python tests/presets/table.py FOLDER`."""


def _row(spec: str, subject: SubjectRecord) -> str:
    preset = known()[spec]
    name = distribution_of(preset)
    cells = [
        f"`{spec}`",
        f"{name} {subject.subject_info.versions[name]}",
        str(preset.wire),
        "natively" if preset.claims["streams"] else "by fallback",
        *(_counts(subject, level) for level in (Level.MUST, Level.SHOULD)),
        str(sum(one.status is Status.INHERITED for one in subject.verdicts.values())),
        ", ".join(_causes_of(spec, subject)) or "none",
    ]
    return f"| {' | '.join(cells)} |"


def _row_without_run(spec: str) -> str:
    preset = known()[spec]
    return f"| `{spec}` | {distribution_of(preset)} | {preset.wire} | | | | | not judged yet |"


def _counts(subject: SubjectRecord, level: Level) -> str:
    words = [one.status for one in subject.verdicts.values() if one.level is level and one.status in _JUDGED]
    return f"{words.count(Status.PASSED)}/{len(words)}"


def _causes_of(spec: str, subject: SubjectRecord) -> Iterator[str]:
    found, explained = findings(subject), known_findings(spec)
    for number, cause in enumerate(causes(), start=1):
        levels = {subject.verdicts[check].level for check in found if explained.get(check) is cause}
        if levels:
            link = f"[{number}](#{_anchor(_title(number, cause))})"
            yield f"**{link}**" if Level.MUST in levels else link
    yield from (f"`{check}`: not confirmed yet" for check in sorted(found - set(explained)))


def _title(number: int, cause: Cause) -> str:
    return f"{number}. {cause.name}"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _section(number: int, cause: Cause) -> Iterator[str]:
    yield f"\n### {_title(number, cause)}\n\n{cause.why}\n"
    failed_by: dict[str, list[str]] = {}
    for spec, check in cause.fails:
        failed_by.setdefault(check, []).append(f"`{spec}`")
    alike: dict[tuple[Level, str], list[str]] = {}
    for check, classes in failed_by.items():
        alike.setdefault((CHECKS[check].level, ", ".join(classes)), []).append(f"`{check}`")
    for (level, named), checks in alike.items():
        yield f"- {level.upper()} {', '.join(checks)}: {named}"


def page(rows: Iterable[str]) -> str:
    """The page with these rows."""
    sections = (line for one in enumerate(causes(), start=1) for line in _section(*one))
    return "\n".join([_HEAD, *rows, _CAUSES, *sections, _FOOT, ""])


def refreshed(old: str) -> str:
    """The page with the rows that it has: everything but the results is made again, and links follow renamed causes."""
    return page(_rows(old).values())


def _rows(old: str) -> dict[str, str]:
    """The rows of the page, by class, with the present links to the causes."""
    anchors = {str(number): _anchor(_title(number, cause)) for number, cause in enumerate(causes(), start=1)}

    def linked(row: str) -> str:
        return re.sub(r"\[(\d+)\]\(#[^)]*\)", lambda link: f"[{link[1]}](#{anchors[link[1]]})", row)

    return {row.split("`")[1]: linked(row) for row in old.splitlines() if row.startswith("| `")}


def main(folder: Path) -> None:
    """Write the page."""
    rows = _rows(PAGE.read_text(encoding="utf-8"))
    for spec in known():
        if (subject := saved(spec, folder)) is not None:
            rows[spec] = _row(spec, subject)
        elif spec not in rows:
            rows[spec] = _row_without_run(spec)
    PAGE.write_text(page(rows[spec] for spec in known()), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
