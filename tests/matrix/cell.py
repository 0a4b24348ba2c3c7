"""One cell of the matrix: what the present suite says of the saved run of one known class."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records import FitnessOutcome, Level, Status
from llm_conformance.records.saved_run import SavedRunError, load, only_subject
from llm_conformance.report.badge import Badge, badge_of
from llm_conformance.report.fitness import in_words
from llm_conformance.report.text import CONCLUSIVE, figures
from presets.published import findings

_FIT = {FitnessOutcome.FIT, FitnessOutcome.FIT_BUT}


@dataclass(frozen=True, slots=True)
class Cell:
    """The judgement on one saved run.

    digest: the SHA-256 of the file. date: the day of the run. kind: "llm" or "chat".
    must, should: how many checks passed, of how many that passed or failed.
    failed: the level of each MUST and SHOULD that failed, by check.
    inherited: the checks with findings that are langchain-core's own.
    fit_for: the names of the purposes that the class is fit for. fitness: the answer for each purpose, in words.
    """

    digest: str
    date: str
    kind: str
    versions: Mapping[str, str]
    must: tuple[int, int]
    should: tuple[int, int]
    failed: Mapping[str, str]
    inherited: tuple[str, ...]
    fit_for: tuple[str, ...]
    fitness: Mapping[str, str]
    badge: Badge

    @classmethod
    def judged(cls, path: Path) -> Cell:
        """The cell of that saved run, judged again.

        SavedRunError if it is not a whole run of one subject, or if a new field of the records leaves nothing to judge.
        """
        run = load(path)
        subject = judge_again(only_subject(run, path))
        verdicts = subject.verdicts
        if not any(one.status in CONCLUSIVE for one in verdicts.values()):
            why = next((one.reason for one in verdicts.values() if one.status is Status.NOT_TESTABLE), "no observation")
            raise SavedRunError(f"{path}: expected a run that can be judged, got one of which nothing can: {why}")
        return cls(
            digest=digest(path),
            date=run.date,
            kind=subject.subject_info.kind.value,
            versions=dict(subject.subject_info.versions),
            must=figures(verdicts.values(), Level.MUST),
            should=figures(verdicts.values(), Level.SHOULD),
            failed={name: verdicts[name].level.value for name in sorted(findings(subject))},
            inherited=tuple(name for name, one in verdicts.items() if one.status is Status.INHERITED),
            fit_for=tuple(one.purpose for one in subject.fitness if one.outcome in _FIT),
            fitness={one.purpose: in_words(one) for one in subject.fitness},
            badge=badge_of(subject),
        )

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Cell:
        """The cell that `data` is the JSON of."""
        pairs = {key: tuple(data[key]) for key in ("must", "should", "inherited", "fit_for")}
        return cls(**{**data, **pairs, "badge": Badge(**data["badge"])})

    def data(self) -> dict[str, Any]:
        """As JSON data."""
        return {**asdict(self), "badge": self.badge._asdict()}


def digest(path: Path) -> str:
    """The SHA-256 of the file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
