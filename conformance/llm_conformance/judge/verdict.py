"""From what a check says of the observations it is given to its verdict."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import replace

from llm_conformance.checks.registry import Check
from llm_conformance.judge.baseline import inherited_reason
from llm_conformance.records import Finding, NotJudged, Observation, Status, SubjectInfo, Verdict

# The name of the observation that is judged, where a check takes several in turn, and all that it is given.
Case = tuple[str, list[Observation]]


def verdict_of(check: Check, turns: Sequence[Case], about: SubjectInfo) -> Verdict:
    """The verdict: a finding in one turn is enough, and a check that would not speak in any has not spoken."""
    said = list(_yielded(check, turns, about))
    found = tuple(one for one in said if isinstance(one, Finding))
    asides = [one for one in said if isinstance(one, NotJudged)]
    if found:
        inherited = inherited_reason(check.id, found, about)
        if inherited is not None:
            return make_verdict(check, Status.INHERITED, inherited, findings=found)
        return make_verdict(check, Status.FAILED, findings=found, details=_traceback(turns))
    if asides and len(asides) == len(turns):
        return make_verdict(check, asides[0].status, asides[0].reason)
    return make_verdict(check, Status.PASSED)


def findings(check: Check, turns: Sequence[Case], about: SubjectInfo) -> tuple[Finding, ...]:
    """What the check finds."""
    return tuple(one for one in _yielded(check, turns, about) if isinstance(one, Finding))


def make_verdict(
    check: Check,
    word: Status,
    reason: str = "",
    *,
    findings: tuple[Finding, ...] = (),
    details: str = "",
    needs: str = "",
) -> Verdict:
    """A verdict of this check."""
    return Verdict(check.id, check.level, check.clause, word, reason, findings, details, needs)


def _yielded(check: Check, turns: Sequence[Case], about: SubjectInfo) -> Iterator[Finding | NotJudged]:
    parameters = list(inspect.signature(check.judge).parameters)
    for name, observations in turns:
        arguments: list[Observation | SubjectInfo] = [*observations]
        if "about" in parameters:
            arguments.insert(parameters.index("about"), about)
        for one in check.judge(*arguments):
            if isinstance(one, Finding) and name:
                yield replace(one, where=f"{name}: {one.where}" if one.where else name)
            else:
                yield one


def _traceback(turns: Sequence[Case]) -> str:
    """That of the model, where one of the judged calls raised."""
    raised = [one.raised for _, observations in turns for one in observations if one.raised is not None]
    return raised[0].traceback if raised else ""
