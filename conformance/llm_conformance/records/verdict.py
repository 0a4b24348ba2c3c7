"""Findings, the reasons why a check does not judge, and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from llm_conformance.records.value import Display


class Status(StrEnum):
    """The verdict of one check on one subject.

    PASSED: the model keeps the rule.
    FAILED: the model breaks the rule.
    INHERITED: a method of langchain-core that the model inherits breaks the rule.
    EXPECTED: the model breaks the rule as the project has declared.
    STALE: a declared deviation no longer applies.
    NOT_APPLICABLE: the model does not claim what the rule is about, or is of another kind.
    NOT_TESTABLE: the check needs more control over the model than the run has.
    INCONCLUSIVE: the model was observed, and the observation proves nothing.
    BLOCKED: another check that this one builds on has failed.
    HARNESS_ERROR: the harness failed, not the model.
    """

    PASSED = "passed"
    FAILED = "failed"
    INHERITED = "inherited"
    EXPECTED = "expected"
    STALE = "stale"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTABLE = "not testable"
    INCONCLUSIVE = "inconclusive"
    BLOCKED = "blocked"
    HARNESS_ERROR = "harness error"


class Level(StrEnum):
    """The level of a clause: MUST fails the run, SHOULD is reported, MAY is recorded."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Need(StrEnum):
    """What would let a check judge that does not judge; the first two are values of `Control`.

    SCRIPT: the harness decides what the model says. WIRE: a simulated provider answers the model's requests.
    DETERMINISTIC: the model gives the same prompt the same answer.
    PROMPTS: prompts that have longer answers, and different ones.
    TIME: answers that take time: those of a model that answers at once cannot be timed.
    SHORT_TIMEOUT: constructor arguments that give the client a short read timeout.
    BUDGET: more calls of the model, or more time for them.
    NEW_RUN: a run of this version: the saved one lacks what the check looks at. METHOD: a method that the model lacks.
    """

    SCRIPT = "script"
    WIRE = "wire"
    DETERMINISTIC = "deterministic"
    PROMPTS = "prompts"
    TIME = "time"
    SHORT_TIMEOUT = "short-timeout"
    BUDGET = "budget"
    NEW_RUN = "new-run"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation of a rule.

    expected, actual: a str is a description, a `Text` is literal text of the model.
    sides: what the two are, such as ("invoke()", "stream()"), if both are the model's own; else empty.
    code: the kind of violation in kebab-case, such as "text-differs"; unique within the check, and stable.
    at: the index of the first character at which the actual text differs from the expected one.
    scenario: the observation that the finding is about.
    where: the place within that observation, such as "at the first chunk".
    exception: the unqualified name of the exception's class, where the violation is an exception.
    hint: the usual cause and its remedy, in one line; empty where there is none.
    """

    expected: Display
    actual: Display
    _: KW_ONLY
    code: str
    at: int | None = None
    scenario: str = ""
    where: str = ""
    exception: str = ""
    hint: str = ""
    sides: tuple[str, ...] = ()

    @property
    def location(self) -> str:
        """The scenario and the place within it, in one line."""
        return ": ".join(part for part in (self.scenario, self.where) if part)


@dataclass(frozen=True, slots=True)
class NotJudged:
    """What a check yields instead of findings when its rule cannot be applied to an observation.

    needs: the `Need` that would let the check judge; empty if none is known.
    """

    status: Status
    reason: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why there is no observation, or none to compare, with the status of the verdict that follows from it.

    needs: the `Need` that would let a check judge; empty if none is known.
    blocked_by: the check that has failed, if the status is BLOCKED.
    same_defect: the call failed, and that check reports the defect.
    """

    status: Status
    reason: str
    details: str = ""
    needs: str = ""
    blocked_by: str = ""
    same_defect: bool = False


@dataclass(frozen=True, slots=True)
class NotExercised:
    """A call style that a check which passed did not judge.

    scenario: the observation. status: why it was not judged, as of a check that does not judge. reason: why, in words.
    """

    scenario: str
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check for one subject.

    baseline: the id of the entry of the framework baseline that explains the findings, if they are inherited.
    needs: the `Need` that would let the check judge, if it does not judge; empty if none is known.
    blocked_by: the check that has failed, if this one is blocked.
    same_defect: this check fails too, and the defect is the one that blocked_by reports.
    accepted: the checks that need not be judged because of this deviation, by its declaration or by the baseline; `*`
        stands for any text.
    not_exercised: the call styles that a check which passed did not judge; those that do not apply are left out.
    not_scored: why the verdict neither fails a run nor counts; empty if it does.
    """

    check: str
    level: Level
    clause: str
    status: Status
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    details: str = ""
    needs: str = ""
    baseline: str = ""
    blocked_by: str = ""
    same_defect: bool = False
    accepted: tuple[str, ...] = ()
    not_exercised: tuple[NotExercised, ...] = ()
    not_scored: str = ""


# The ids of verdicts that are not made by a check, and their rules.
LOAD, CRASH = "load", "crash"
WITHOUT_CHECK = {
    LOAD: "The model can be imported and constructed.",
    CRASH: "The process in which the model runs does not end before the run does.",
}

Findings = Iterator[Finding | NotJudged]


def first_difference(expected: str, actual: str) -> int:
    """The index of the first character that differs; the length of the shorter text if one begins with the other."""
    pairs = enumerate(zip(expected, actual, strict=False))
    return next((at for at, (ours, theirs) in pairs if ours != theirs), min(len(expected), len(actual)))


def matches_any(name: str, patterns: Iterable[str]) -> bool:
    """Whether the name of a scenario matches one of the patterns, in which `*` stands for any text.

    Brackets are literal, because names of scenarios have them.
    """
    return any(_matches(name, one) for one in patterns)


def _matches(name: str, pattern: str) -> bool:
    """Not by a regular expression: users write the patterns, and one of many `*` would never be done."""
    first, *others = pattern.split("*")
    if not others:
        return name == first
    *middle, last = others
    place, end = len(first), len(name) - len(last)
    if place > end or not name.startswith(first) or not name.endswith(last):
        return False
    for part in middle:
        # The first place is always the best: whatever fits behind a later one fits behind it, too.
        place = name.find(part, place, end)
        if place < 0:
            return False
        place += len(part)
    return True


def not_applicable(reason: str) -> NotJudged:
    """The rule is about something that this model does not do."""
    return NotJudged(Status.NOT_APPLICABLE, reason)


def not_testable(reason: str) -> NotJudged:
    """The check needs more control over the model than the run has."""
    return NotJudged(Status.NOT_TESTABLE, reason)


def inconclusive(reason: str, needs: str = "") -> NotJudged:
    """The observation proves neither that the rule is kept nor that it is violated."""
    return NotJudged(Status.INCONCLUSIVE, reason, needs)
