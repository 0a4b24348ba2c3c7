"""What a check says: a finding, or why it cannot judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from llm_conformance.records.value import Display


class Status(StrEnum):
    """The verdict of one check on one subject."""

    PASSED = "passed"
    FAILED = "failed"
    INHERITED = "inherited"
    EXPECTED = "expected"
    STALE = "stale"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTABLE = "not testable"
    BLOCKED = "blocked"
    HARNESS_ERROR = "harness error"


class Level(StrEnum):
    """The contract's word: MUST gates, SHOULD is shown, MAY is recorded."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a rule: both sides, and where they part.

    A side that is a str is prose, a `Text` is literal text of the model.
    at: the index of the first character at which the seen text departs from the expected one.
    where: which observation, or which call of it, the finding is about.
    """

    expected: Display
    actual: Display
    at: int | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """What a check yields instead of findings when the observation cannot bear out its rule either way."""

    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why there is no observation, or none to judge by, in the word of the verdict that follows from it.

    needs: the value of the `Control` that the observation needs, where the run has less; else empty.
    """

    status: Status
    reason: str
    details: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check said of one subject.

    needs: the value of the `Control` that the check needs, where the run has less; else empty.
    """

    check: str
    level: Level
    clause: str
    status: Status
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    details: str = ""
    needs: str = ""


Findings = Iterator[Finding | NotJudged]


def first_difference(expected: str, actual: str) -> int:
    """The index of the first character that differs; the length of the shorter text if one begins with the other."""
    pairs = enumerate(zip(expected, actual, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(expected), len(actual)))


def not_applicable(reason: str) -> NotJudged:
    """The rule speaks of something that this model does not do."""
    return NotJudged(Status.NOT_APPLICABLE, reason)


def not_testable(reason: str) -> NotJudged:
    """The rule may be kept or broken: what was seen does not tell."""
    return NotJudged(Status.NOT_TESTABLE, reason)
