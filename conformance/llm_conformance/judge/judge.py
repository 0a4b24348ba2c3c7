"""From observations to verdicts, with pure functions: the same for a live run and for a saved one.

One defect, one finding: what a check builds on is judged first, and a check that has nothing left to say is blocked
by the one that speaks.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.checks.registry import Check
from llm_conformance.judge.declared import apply_deviation, is_skipped
from llm_conformance.judge.determinism import Determinism
from llm_conformance.judge.verdict import Case, findings, make_verdict, verdict_of
from llm_conformance.records import (
    Control,
    Finding,
    Kind,
    Observation,
    Reply,
    Status,
    SubjectInfo,
    Unavailable,
    Verdict,
)
from llm_conformance.scenarios.registry import Scenario

Observe = Callable[[str, Scenario, tuple[Observation, ...]], Observation | Unavailable]

AGAIN = " again"
_REPLAYS = (AGAIN, AGAIN * 2)
_TRIES = (*_REPLAYS, AGAIN * 3, AGAIN * 4)

# What a comparison starts from, and what its doubts are about; a difference is looked for again in everything else.
_BASE = "invoke"


class Judge:
    """The verdicts on one subject.

    take: gives the observation of that name, of a scenario whose conditions are met, from a live subject or from a
    saved run.
    doubts: what speaks against comparing its answers.
    """

    def __init__(self, about: SubjectInfo, take: Observe) -> None:
        self.subject_info = about
        self._take = take
        self.determinism = Determinism(about, self.observation)
        self._verdicts: dict[str, Verdict] = {}
        self._observations: dict[str, Observation | Unavailable] = {}

    def verdict(self, name: str) -> Verdict:
        """What the check of that id says; each is judged once."""
        if name not in self._verdicts:
            check = CHECKS[name]
            try:
                self._verdicts[name] = self._declared(check)
            except Exception:  # noqa: BLE001 - a fault of ours is never blamed on the implementation
                self._verdicts[name] = make_verdict(
                    check,
                    Status.HARNESS_ERROR,
                    "judging it failed by a fault of the harness",
                    details=traceback.format_exc(),
                )
        return self._verdicts[name]

    def observation(self, name: str) -> Observation | Unavailable:
        """What the scenario of that name saw; each is played once, and only where it can tell something."""
        if name not in self._observations:
            try:
                seen = self._observe(name, SCENARIOS[name.partition(AGAIN)[0]])
                untold = "" if isinstance(seen, Unavailable) else seen.inconclusive
                self._observations[name] = Unavailable(Status.NOT_TESTABLE, untold) if untold else seen
            except Exception:  # noqa: BLE001 - the same: and once is enough
                reason = f"observing {name!r} failed by a fault of the harness"
                self._observations[name] = Unavailable(Status.HARNESS_ERROR, reason, traceback.format_exc())
        return self._observations[name]

    def completed(self, name: str) -> Observation | Unavailable:
        """The observation, where its act came to an end."""
        observation, scenario = self.observation(name), SCENARIOS[name.partition(AGAIN)[0]]
        if isinstance(observation, Unavailable) or not _broken(scenario, observation):
            return observation
        return Unavailable(Status.BLOCKED, f"by {scenario.reported_by}")

    def _observe(self, name: str, scenario: Scenario) -> Observation | Unavailable:
        if (insufficient := self._insufficient_control(scenario)) is not None:
            return insufficient
        for method in (scenario.method, *scenario.other_methods):
            if method not in self.subject_info.method_owners:
                return Unavailable(Status.NOT_APPLICABLE, f"it has no {method}()")
        for prerequisite in scenario.requires:
            if (missing := self._unmet_prerequisite(prerequisite)) is not None:
                return missing
        used: list[Observation] = []
        for other in scenario.observations:
            observation = self.observation(other)
            if isinstance(observation, Unavailable):
                return observation
            used.append(observation)
        return self._take(name, scenario, tuple(used))

    def _insufficient_control(self, scenario: Scenario) -> Unavailable | None:
        """Why the run controls the model less than the scenario needs; None if it controls it enough."""
        if self.subject_info.control.includes(scenario.control):
            on_wire = self.subject_info.control is Control.WIRE
            return Unavailable(Status.NOT_TESTABLE, scenario.not_on_wire) if on_wire and scenario.not_on_wire else None
        if scenario.hookable and self.subject_info.hooks:
            return None
        missing = self._needs(scenario.control)
        if scenario.hookable and self.subject_info.not_hookable:
            why = f"and its hooks cannot be held: {self.subject_info.not_hookable}"
            return replace(missing, reason=f"{missing.reason}, {why}")
        return missing

    def _needs(self, control: Control) -> Unavailable:
        """The run has less than this control."""
        reason = f"needs control {control}, the run has {self.subject_info.control}"
        return Unavailable(Status.NOT_TESTABLE, reason, needs=control.value)

    def _unmet_prerequisite(self, name: str) -> Unavailable | None:
        """Why nothing can be built on the check of that id, if so."""
        verdict = self.verdict(name)
        if verdict.findings or verdict.status in {Status.EXPECTED, Status.HARNESS_ERROR}:
            return Unavailable(Status.BLOCKED, f"by {name}")
        if verdict.status in {Status.PASSED, Status.STALE}:
            return None
        return Unavailable(verdict.status, verdict.reason, needs=verdict.needs)

    def _declared(self, check: Check) -> Verdict:
        """What the check says, in the light of what is declared of it."""
        deviation = next((one for one in self.subject_info.deviations if one.check == check.id), None)
        if deviation is None:
            return self._judge(check)
        if is_skipped(deviation):
            return make_verdict(check, Status.EXPECTED, f"not tried: {deviation.reason_with_link}")
        return apply_deviation(deviation, self._judge(check), lambda: self._failure_rate(check))

    def _failure_rate(self, check: Check) -> str:
        """In how many of several tries the check finds something."""
        tries = [True, *(bool(self._findings_again(check, suffix)) for suffix in _TRIES)]
        return f"failed {sum(tries)} of {len(tries)} times"

    def _judge(self, check: Check) -> Verdict:
        unfit = self._not_judged_because(check)
        if unfit is not None:
            return make_verdict(check, unfit.status, unfit.reason, needs=unfit.needs)
        turns = self._arguments(check, lambda name: self._usable(check, name))
        if isinstance(turns, Unavailable):
            return make_verdict(check, turns.status, turns.reason, details=turns.details, needs=turns.needs)
        doubt = self.determinism.initial() if check.deterministic else None
        if doubt is None:
            verdict = verdict_of(check, turns, self.subject_info)
            if verdict.status is not Status.FAILED or not check.deterministic:
                return verdict
            doubt = self.determinism.confirm() or self._not_reproduced(check, turns, verdict)
            if doubt is None:
                return verdict
        return make_verdict(check, doubt.status, doubt.reason)

    def _arguments(self, check: Check, look: Callable[[str], Observation | Unavailable]) -> list[Case] | Unavailable:
        """The arguments of the check, once or for each observation that it takes in turn."""
        named: list[Observation] = []
        for name in check.observations:
            observation = look(name)
            if isinstance(observation, Unavailable):
                return observation
            named.append(observation)
        if not check.for_each:
            return [("", named)]
        looked = [(name, look(name)) for name in check.for_each]
        turns = [(name, [one, *named]) for name, one in looked if not isinstance(one, Unavailable)]
        return turns or next(one for _, one in looked if isinstance(one, Unavailable))

    def _not_judged_because(self, check: Check) -> Unavailable | None:
        """Why the check does not speak of this subject or this run, if so."""
        if not self.subject_info.control.includes(check.control):
            return self._needs(check.control)
        if check.claim is not None and self.subject_info.claims.get(check.claim.key) is not check.claim.declared:
            return Unavailable(Status.NOT_APPLICABLE, f"the profile does not say {check.claim}")
        # A rule for all kinds need not know which it is, and asks for no answer that would tell.
        if Kind.UNKNOWN not in check.kinds and (kind := self.kind) not in check.kinds:
            return Unavailable(Status.NOT_APPLICABLE, f"it is no {' and no '.join(check.kinds)} but {kind}")
        for name in check.requires:
            missing = self._unmet_prerequisite(name)
            # A check that did not speak takes nothing away from this one.
            if missing is not None and missing.status is Status.BLOCKED:
                return missing
        return None

    @property
    def kind(self) -> Kind:
        """The subject's kind; where its class does not tell, what invoke() returned decides."""
        if self.subject_info.kind is not Kind.UNKNOWN:
            return self.subject_info.kind
        invoke = self.observation("invoke")
        value = invoke.value if isinstance(invoke, Reply) else None
        message = value is not None and value.base == "object" and value.text is not None
        return Kind.CHAT if message else Kind.LLM

    def _usable(self, check: Check, name: str) -> Observation | Unavailable:
        """The observation, unless it is broken and another check says so."""
        observation = self.observation(name)
        scenario = SCENARIOS[name]
        if isinstance(observation, Unavailable) or not _broken(scenario, observation):
            return observation
        if scenario.reported_by != check.id:
            return Unavailable(Status.BLOCKED, f"by {scenario.reported_by}")
        for echo in scenario.same_failure_as:
            earlier = self.observation(echo)
            if not isinstance(earlier, Unavailable) and earlier.failure_signature == observation.failure_signature:
                return Unavailable(Status.BLOCKED, f"by {SCENARIOS[echo].reported_by}: it broke at the same place")
        return observation

    def _not_reproduced(self, check: Check, turns: list[Case], verdict: Verdict) -> Unavailable | None:
        """Why a difference is not held against the model: made again, the calls do not differ at the same place.

        A model that errs in one call of ten differs somewhere in almost every run, and hardly ever there each time.
        """
        if self.subject_info.tokens or any(one.failed for _, arguments in turns for one in arguments):
            return None
        places = {(finding.scenario, finding.where) for finding in verdict.findings}
        for suffix in _REPLAYS:
            places &= {(finding.scenario, finding.where) for finding in self._findings_again(check, suffix)}
            if not places:
                return Unavailable(Status.NOT_TESTABLE, "a difference showed once, and not again")
        return None

    def _findings_again(self, check: Check, suffix: str) -> tuple[Finding, ...]:
        """What the check finds in the calls made again."""
        turns = self._arguments(check, lambda name: self._repeated(name, suffix))
        return () if isinstance(turns, Unavailable) else findings(check, turns, self.subject_info)

    def _repeated(self, name: str, suffix: str) -> Observation | Unavailable:
        first = self.observation(name)
        if name == _BASE or isinstance(first, Unavailable):
            return first
        again = self.observation(name + suffix)
        return first if isinstance(again, Unavailable) else again


def _broken(scenario: Scenario, observation: Observation) -> bool:
    hung, raised = observation.hung is not None, observation.raised is not None
    return (hung and not scenario.may_hang) or (raised and not scenario.may_raise)
