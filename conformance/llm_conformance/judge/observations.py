"""Observations on demand: each scenario is run once, when a check first asks for it and only where it can be judged."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from llm_conformance.judge.hangs import Hangs
from llm_conformance.records import (
    Control,
    Level,
    Need,
    Observation,
    ScenarioFacts,
    Status,
    SubjectInfo,
    Unavailable,
    Verdict,
)


class Attempt(NamedTuple):
    """One run of a scenario. Those after the first repeat it, to see whether a difference comes back."""

    scenario: str
    number: int = 1

    def __str__(self) -> str:
        return self.scenario if self.number == 1 else f"{self.scenario}#{self.number}"

    @classmethod
    def parse(cls, text: str) -> Attempt:
        """The attempt that `str()` wrote; ValueError where the number is not one."""
        scenario, mark, number = text.rpartition("#")
        return cls(scenario, int(number)) if mark else cls(text)


# Runs a scenario with the observations that it builds on, or finds the record of that in a saved run.
Observe = Callable[[Attempt, tuple[Observation, ...]], Observation | Unavailable]


def harness_error(attempt: Attempt, details: str) -> Unavailable:
    """The outcome of an observation in which the harness itself failed. details: the traceback."""
    return Unavailable(Status.HARNESS_ERROR, f"error in the harness while it observed {attempt}", details)


class Observations:
    """The observations of one subject.

    scenarios: all scenarios by name. observe: gives the observation of a scenario whose prerequisites are met.
    verdict: the verdict of a check, which may be a prerequisite. level: the level of a check.
    tolerates: whether what builds on a check with that verdict is judged all the same.
    """

    def __init__(
        self,
        subject: SubjectInfo,
        scenarios: Mapping[str, ScenarioFacts],
        observe: Observe,
        verdict: Callable[[str], Verdict],
        *,
        level: Callable[[str], Level],
        tolerates: Callable[[Verdict], bool],
    ) -> None:
        self._subject = subject
        self._scenarios = scenarios
        self._observe = observe
        self._verdict = verdict
        self._level = level
        self._tolerates = tolerates
        self._found: dict[Attempt, Observation | Unavailable] = {}
        self._hangs = Hangs()
        self._asking: set[str] = set()

    def get(self, scenario: str, attempt: int = 1) -> Observation | Unavailable:
        """What the scenario observed, or why there is nothing to judge."""
        key = Attempt(scenario, attempt)
        if key not in self._found:
            try:
                found = self._unavailable(self._scenarios[scenario]) or self._run(key)
            except Exception:  # noqa: BLE001 - an error in the harness is reported as one, never as the model's
                found = harness_error(key, traceback.format_exc())
            self._found[key] = found
        return self._found[key]

    def completed(self, scenario: str, attempt: int = 1) -> Observation | Unavailable:
        """The observation, unless its call failed."""
        observation, facts = self.get(scenario, attempt), self._scenarios[scenario]
        if isinstance(observation, Unavailable) or not facts.is_spoiled(observation):
            return observation
        return _blocked(facts.reported_by)

    def for_check(self, scenario: str, check: str) -> Observation | Unavailable:
        """The observation for a check: one whose call failed goes only to the check that reports that."""
        observation, facts = self.get(scenario), self._scenarios[scenario]
        if isinstance(observation, Unavailable):
            return observation
        if (reported := self._same_hang(scenario, check)) is not None:
            return reported
        if not facts.is_spoiled(observation):
            return observation
        if facts.reported_by != check:
            return _blocked(facts.reported_by)
        for name in facts.same_failure_as:
            earlier = self.get(name)
            if not isinstance(earlier, Unavailable) and earlier.failure_signature == observation.failure_signature:
                by = self._scenarios[name].reported_by
                return _same_defect(by, "it failed at the same place")
        return observation

    def forget(self) -> None:
        """Let go of the observations: nothing is judged any more."""
        self._found.clear()

    def _same_hang(self, scenario: str, check: str) -> Unavailable | None:
        """Which other check reports why the calls of this scenario hung; None if this check is to do that."""
        for by in dict.fromkeys(self._scenarios[one].reported_by for one in self._hangs.earlier(scenario)):
            if by is not None and by != check and not {by, check} & self._asking and self._reports(by, check):
                return _same_defect(by, "it hung at the same place")
        return None

    def _reports(self, other: str, check: str) -> bool:
        """Whether the other check reports a failure, and does not take this one out of the gate by that."""
        if self._level(other) is not Level.MUST and self._level(check) is Level.MUST:
            return False
        self._asking.add(check)
        try:
            verdict = self._verdict(other)
        finally:
            self._asking.discard(check)
        return bool(verdict.findings) or verdict.status is Status.EXPECTED

    def is_spoiled(self, scenario: str) -> bool:
        """Whether the call of the scenario failed in a way in which it must not, or did not end."""
        observation = self.get(scenario)
        if isinstance(observation, Unavailable):
            return False
        return observation.hung is not None or self._scenarios[scenario].is_spoiled(observation)

    def unmet(self, check: str) -> Unavailable | None:
        """Why nothing can build on the check of that id; None where it passed, or where its failure is tolerated."""
        verdict = self._verdict(check)
        if verdict.status in {Status.PASSED, Status.STALE} and not verdict.findings:
            return None
        if self._tolerates(verdict):
            return None
        if verdict.status is not Status.BLOCKED and (
            verdict.findings or verdict.status in {Status.EXPECTED, Status.HARNESS_ERROR}
        ):
            return _blocked(check)
        return Unavailable(verdict.status, verdict.reason, needs=verdict.needs, blocked_by=verdict.blocked_by)

    def insufficient(self, control: Control) -> Unavailable:
        """The run has less than this control."""
        reason = f"needs control {control}, the run has {self._subject.control}"
        return Unavailable(Status.NOT_TESTABLE, reason, needs=control.value)

    def _run(self, key: Attempt) -> Observation | Unavailable:
        used: list[Observation] = []
        for name in self._scenarios[key.scenario].observations:
            observation = self.get(name)
            if isinstance(observation, Unavailable):
                return observation
            used.append(observation)
        observed = self._observe(key, tuple(used))
        if isinstance(observed, Unavailable):
            return observed
        if observed.inconclusive:
            return Unavailable(Status.INCONCLUSIVE, observed.inconclusive, needs=self._controlled_by(key.scenario))
        if key.number == 1:
            self._hangs.note(self._scenarios[key.scenario], observed)
        return observed

    def _controlled_by(self, scenario: str) -> str:
        """The control that would decide the answer of an inconclusive call; empty if the run has it."""
        blackbox = self._subject.control is Control.BLACKBOX
        return Need.SCRIPT if blackbox and self._scenarios[scenario].control is Control.SCRIPT else ""

    def _unavailable(self, facts: ScenarioFacts) -> Unavailable | None:
        """Why the scenario is not run at all; None where it is."""
        if (insufficient := self._insufficient_control(facts)) is not None:
            return insufficient
        for method in (facts.method, *facts.other_methods):
            if method not in self._subject.method_owners:
                return Unavailable(Status.NOT_APPLICABLE, f"it has no {method}()", needs=Need.METHOD)
        return next((unmet for name in facts.requires if (unmet := self.unmet(name)) is not None), None)

    def _insufficient_control(self, facts: ScenarioFacts) -> Unavailable | None:
        if self._subject.control.includes(facts.control):
            on_wire = self._subject.control is Control.WIRE
            return Unavailable(Status.NOT_TESTABLE, facts.not_on_wire) if on_wire and facts.not_on_wire else None
        if facts.hookable and self._subject.hooks:
            return None
        missing = self.insufficient(facts.control)
        if facts.hookable and self._subject.not_hookable:
            why = f"and its hooks cannot be paused: {self._subject.not_hookable}"
            return replace(missing, reason=f"{missing.reason}, {why}")
        return missing


def _blocked(by: str | None) -> Unavailable:
    """The check `by` has failed, and leaves nothing to judge."""
    return Unavailable(Status.BLOCKED, f"by {by}", blocked_by=by or "")


def _same_defect(by: str | None, why: str) -> Unavailable:
    """The call failed, and the check `by` reports the defect."""
    return Unavailable(Status.BLOCKED, f"by {by}: {why}", blocked_by=by or "", same_defect=True)
