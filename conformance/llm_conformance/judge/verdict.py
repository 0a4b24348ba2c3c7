"""From what a check says of the observations it is given to its verdict."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import replace

from llm_conformance.checks.registry import Check
from llm_conformance.judge.baseline import surprise
from llm_conformance.records import About, Finding, Observation, Unjudged, Verdict, Status

# The name of the observation that is judged, where a check takes several in turn, and all that it is given.
Turn = tuple[str, list[Observation]]


def weigh(check: Check, turns: Sequence[Turn], about: About) -> Verdict:
    """The verdict: a finding in one turn is enough, and a check that would not speak in any has not spoken."""
    said = list(_said(check, turns, about))
    found = tuple(one for one in said if isinstance(one, Finding))
    asides = [one for one in said if isinstance(one, Unjudged)]
    if found:
        inherited = surprise(check.id, found, about)
        if inherited is not None:
            return settled(check, Status.INHERITED, inherited, findings=found)
        return settled(check, Status.FAILED, findings=found, details=_traceback(turns))
    if asides and len(asides) == len(turns):
        return settled(check, asides[0].word, asides[0].reason)
    return settled(check, Status.PASSED)


def findings(check: Check, turns: Sequence[Turn], about: About) -> tuple[Finding, ...]:
    """What the check finds."""
    return tuple(one for one in _said(check, turns, about) if isinstance(one, Finding))


def settled(
    check: Check, word: Status, reason: str = "", *, findings: tuple[Finding, ...] = (), details: str = ""
) -> Verdict:
    """A verdict of this check."""
    return Verdict(check.id, check.level, check.clause, word, reason, findings, details)


def _said(check: Check, turns: Sequence[Turn], about: About) -> Iterator[Finding | Unjudged]:
    parameters = list(inspect.signature(check.judge).parameters)
    for name, observations in turns:
        arguments: list[Observation | About] = [*observations]
        if "about" in parameters:
            arguments.insert(parameters.index("about"), about)
        for one in check.judge(*arguments):
            if isinstance(one, Finding) and name:
                yield replace(one, where=f"{name}: {one.where}" if one.where else name)
            else:
                yield one


def _traceback(turns: Sequence[Turn]) -> str:
    """That of the model, where one of the judged calls raised."""
    raised = [one.raised for _, observations in turns for one in observations if one.raised is not None]
    return raised[0].traceback if raised else ""
