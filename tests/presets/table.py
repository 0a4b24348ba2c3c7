#!/usr/bin/env python3
"""Prints the page of published classes from the saved runs below a folder, as `.ci/environments FOLDER` leaves them.

python tests/presets/table.py FOLDER > conformance/IMPLEMENTATIONS.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from llm_conformance.model import Level, Word
from llm_conformance.preset import distribution_of, presets
from llm_conformance.record import SubjectRecord
from presets.published import findings, known_findings, saved

_JUDGED = (Word.PASSED, Word.FAILED)
_HEAD = """\
# Implementations

Published classes that nobody here wrote, each judged by its name alone: `pytest llm-conformance --llm-impl=CLASS`.
How a class is pointed at the simulated provider stands in [a preset](llm_conformance/presets), which has the form of
a profile of your own. Every finding was looked at by hand, in the source of the class and by a call without the suite.

Counted are the checks that passed, of those that reached a verdict. *Inherited* is what langchain-core's own methods do
otherwise; it is never held against a class.

| class | distribution | format | streams | must | should | inherited | findings |
|---|---|---|---|---|---|---|---|"""
_FOOT = """
This page is made from saved runs, by `.ci/environments FOLDER` and `python tests/presets/table.py FOLDER`."""


def _row(spec: str, subject: SubjectRecord) -> str:
    preset = presets()[spec]
    name = distribution_of(preset)
    cells = [
        f"`{spec}`",
        f"{name} {subject.about.versions[name]}",
        str(preset.wire),
        "natively" if preset.claims["streams"] else "by fallback",
        *(_counts(subject, level) for level in (Level.MUST, Level.SHOULD)),
        str(sum(one.word is Word.INHERITED for one in subject.verdicts.values())),
        "; ".join(_told(spec, subject)) or "none",
    ]
    return f"| {' | '.join(cells)} |"


def _counts(subject: SubjectRecord, level: Level) -> str:
    words = [one.word for one in subject.verdicts.values() if one.level is level and one.word in _JUDGED]
    return f"{words.count(Word.PASSED)}/{len(words)}"


def _told(spec: str, subject: SubjectRecord) -> Iterator[str]:
    for check in (check for check in subject.verdicts if check in findings(subject)):
        why = known_findings().get(spec, {}).get(check, "not looked at yet")
        yield f"{subject.verdicts[check].level.upper()} `{check}`: {why}"


def main(folder: Path) -> None:
    """Print the page; a known class without a saved run is an error."""
    print(_HEAD)  # noqa: T201
    for spec in presets():
        if (subject := saved(spec, folder)) is None:
            sys.exit(f"{folder}: no saved run of {spec}")
        print(_row(spec, subject))  # noqa: T201
    print(_FOOT)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
