"""From the observations that a check judges to its findings, and from these to its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.checks.registry import Check
from llm_conformance.checks.vacuity import vacuous
from llm_conformance.records import (
    Finding,
    NotExercised,
    NotJudged,
    Observation,
    Status,
    SubjectInfo,
    Unavailable,
    Verdict,
)

# The name of the observation that is judged, empty for a check without `for_each`, and the arguments of the check.
Case = tuple[str, list[Observation]]


def cases_of(check: Check, look_up: Callable[[str], Observation | Unavailable]) -> list[Case] | Unavailable:
    """The arguments of the check, once or for each observation that its first parameter takes in turn."""
    named: list[Observation] = []
    for name in check.observations:
        observation = look_up(name)
        if isinstance(observation, Unavailable):
            return observation
        named.append(observation)
    if not check.for_each:
        return [("", named)]
    found = [(name, look_up(name)) for name in check.for_each]
    missing = [one for _, one in found if isinstance(one, Unavailable)]
    errors = [one for one in missing if one.status is Status.HARNESS_ERROR]
    cases = [(name, [one, *named]) for name, one in found if not isinstance(one, Unavailable)]
    # A check that passed on the rest would hide the error.
    return errors[0] if errors else cases or missing[0]


def verdict_of(check: Check, cases: Sequence[Case], subject: SubjectInfo) -> Verdict:
    """The verdict: one finding is enough to fail, and a check that judges none of its cases gives the first reason.

    A check that judges some of its cases passes, and its verdict names the others.
    """
    results = list(_results(check, cases, subject))
    found = tuple(one for _, one in results if isinstance(one, Finding))
    # A check of calls that may raise does not look at the exception.
    found = found or tuple(_process_exits(check, cases))
    not_judged = [(name, one) for name, one in results if isinstance(one, NotJudged)]
    if found:
        return make_verdict(check, Status.FAILED, findings=found, details=_traceback(cases, found))
    if not_judged and len(not_judged) == len(cases):
        first = not_judged[0][1]
        return make_verdict(check, first.status, first.reason, needs=first.needs)
    return replace(make_verdict(check, Status.PASSED), not_exercised=_not_exercised(not_judged))


def left_out_of(check: Check, look_up: Callable[[str], Observation | Unavailable]) -> tuple[NotExercised, ...]:
    """The observations that the first parameter of the check takes in turn, and that were not made."""
    found = [(name, look_up(name)) for name in check.for_each]
    return _not_exercised([(name, one) for name, one in found if isinstance(one, Unavailable)])


def _not_exercised(reasons: Iterable[tuple[str, NotJudged | Unavailable]]) -> tuple[NotExercised, ...]:
    return tuple(
        NotExercised(name, one.status, one.reason) for name, one in reasons if one.status is not Status.NOT_APPLICABLE
    )


def findings_of(check: Check, cases: Sequence[Case], subject: SubjectInfo) -> tuple[Finding, ...]:
    """The findings of the check, each with the scenario that it is about."""
    return tuple(one for _, one in _results(check, cases, subject) if isinstance(one, Finding))


def make_verdict(
    check: Check,
    status: Status,
    reason: str = "",
    *,
    findings: tuple[Finding, ...] = (),
    details: str = "",
    needs: str = "",
    blocked_by: str = "",
    same_defect: bool = False,
) -> Verdict:
    """A verdict of this check."""
    return Verdict(
        check.id,
        check.level,
        check.clause,
        status,
        reason,
        findings,
        details,
        needs,
        blocked_by=blocked_by,
        same_defect=same_defect,
    )


def _results(check: Check, cases: Sequence[Case], subject: SubjectInfo) -> Iterator[tuple[str, Finding | NotJudged]]:
    """What the check yields, each with the name of its case."""
    code = check.judge.__code__
    parameters = code.co_varnames[: code.co_argcount]
    for name, observations in cases:
        arguments: list[Observation | SubjectInfo] = [*observations]
        if "subject" in parameters:
            arguments.insert(parameters.index("subject"), subject)
        results = tuple(check.judge(*arguments))
        for one in results:
            yield name, replace(one, scenario=name) if isinstance(one, Finding) and name else one
        if not results and (reason := vacuous(check, arguments)) is not None:
            yield name, reason


def _process_exits(check: Check, cases: Sequence[Case]) -> Iterator[Finding]:
    """The calls that would have ended the process, of those whose failure this check reports."""
    for case, observations in cases:
        names = [case, *check.observations] if case else check.observations
        for name, one in zip(names, observations, strict=True):
            if one.raised is not None and one.raised.ends_process and SCENARIOS[name].reported_by == check.id:
                yield Finding(
                    "a process that goes on",
                    one.raised.text,
                    code="process-exit",
                    scenario=name,
                    exception=one.raised.bases[0],
                )


def _traceback(cases: Sequence[Case], found: Iterable[Finding]) -> str:
    """The traceback of the first of the calls with a finding that raised; empty if none did."""
    scenarios = {one.scenario for one in found}
    concerned = [case for case in cases if case[0] in scenarios] or cases
    raised = [one.raised for _, observations in concerned for one in observations if one.raised is not None]
    return raised[0].traceback if raised else ""
