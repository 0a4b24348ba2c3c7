"""From observations to verdicts, with pure functions: the same for a live run and for a saved one.

One defect, one finding: what a check builds on is judged first, and a check that has nothing left to say is blocked
by the one that speaks.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.checks.registry import Check
from llm_conformance.judge.declared import held, untried
from llm_conformance.judge.determinism import Doubts
from llm_conformance.judge.verdict import Turn, findings, settled, weigh
from llm_conformance.records import (
    About,
    Control,
    Finding,
    Kind,
    Missing,
    Observation,
    Reply,
    Verdict,
    Status,
)
from llm_conformance.scenarios.registry import Scenario

Take = Callable[[str, Scenario, tuple[Observation, ...]], Observation | Missing]

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

    def __init__(self, about: About, take: Take) -> None:
        self.about = about
        self._take = take
        self.doubts = Doubts(about, self.observation)
        self._verdicts: dict[str, Verdict] = {}
        self._observations: dict[str, Observation | Missing] = {}

    def verdict(self, name: str) -> Verdict:
        """What the check of that id says; each is judged once."""
        if name not in self._verdicts:
            check = CHECKS[name]
            try:
                self._verdicts[name] = self._declared(check)
            except Exception:  # noqa: BLE001 - a fault of ours is never blamed on the implementation
                self._verdicts[name] = settled(
                    check,
                    Status.HARNESS_ERROR,
                    "judging it failed by a fault of the harness",
                    details=traceback.format_exc(),
                )
        return self._verdicts[name]

    def observation(self, name: str) -> Observation | Missing:
        """What the scenario of that name saw; each is played once, and only where it can tell something."""
        if name not in self._observations:
            try:
                seen = self._observe(name, SCENARIOS[name.partition(AGAIN)[0]])
                untold = "" if isinstance(seen, Missing) else seen.untold
                self._observations[name] = Missing(Status.NOT_TESTABLE, untold) if untold else seen
            except Exception:  # noqa: BLE001 - the same: and once is enough
                reason = f"observing {name!r} failed by a fault of the harness"
                self._observations[name] = Missing(Status.HARNESS_ERROR, reason, traceback.format_exc())
        return self._observations[name]

    def whole(self, name: str) -> Observation | Missing:
        """The observation, where its act came to an end."""
        observation, scenario = self.observation(name), SCENARIOS[name.partition(AGAIN)[0]]
        if isinstance(observation, Missing) or not _broken(scenario, observation):
            return observation
        return Missing(Status.BLOCKED, f"by {scenario.owner}")

    def _observe(self, name: str, scenario: Scenario) -> Observation | Missing:
        if reason := self._out_of_hand(scenario):
            return Missing(Status.NOT_TESTABLE, reason)
        for method in (scenario.method, *scenario.also):
            if method not in self.about.owners:
                return Missing(Status.NOT_APPLICABLE, f"it has no {method}()")
        for prerequisite in scenario.after:
            if (missing := self._stands_on(prerequisite)) is not None:
                return missing
        used: list[Observation] = []
        for other in scenario.uses:
            observation = self.observation(other)
            if isinstance(observation, Missing):
                return observation
            used.append(observation)
        return self._take(name, scenario, tuple(used))

    def _out_of_hand(self, scenario: Scenario) -> str:
        """Why the model is not so far in hand as the scenario needs it; empty where it is."""
        if self.about.control.covers(scenario.control):
            return scenario.unwired if self.about.control is Control.WIRE else ""
        if scenario.hooked and self.about.hooks:
            return ""
        reason = f"needs control {scenario.control}, the run has {self.about.control}"
        if scenario.hooked and self.about.unhooked:
            return f"{reason}, and its hooks cannot be held: {self.about.unhooked}"
        return reason

    def _stands_on(self, name: str) -> Missing | None:
        """Why nothing can be built on the check of that id, if so."""
        verdict = self.verdict(name)
        if verdict.findings or verdict.status in {Status.EXPECTED, Status.HARNESS_ERROR}:
            return Missing(Status.BLOCKED, f"by {name}")
        if verdict.status in {Status.PASSED, Status.STALE}:
            return None
        return Missing(verdict.status, verdict.reason)

    def _declared(self, check: Check) -> Verdict:
        """What the check says, in the light of what is declared of it."""
        deviation = next((one for one in self.about.deviations if one.check == check.id), None)
        if deviation is None:
            return self._settle(check)
        if untried(deviation):
            return settled(check, Status.EXPECTED, f"not tried: {deviation.shown}")
        return held(deviation, self._settle(check), lambda: self._how_often(check))

    def _how_often(self, check: Check) -> str:
        """In how many of several tries the check finds something."""
        tries = [True, *(bool(self._found(check, suffix)) for suffix in _TRIES)]
        return f"failed {sum(tries)} of {len(tries)} times"

    def _settle(self, check: Check) -> Verdict:
        unfit = self._unfit(check)
        if unfit is not None:
            return settled(check, unfit.word, unfit.reason)
        turns = self._turns(check, lambda name: self._usable(check, name))
        if isinstance(turns, Missing):
            return settled(check, turns.word, turns.reason, details=turns.details)
        doubt = self.doubts.at_first() if check.deterministic else None
        if doubt is None:
            verdict = weigh(check, turns, self.about)
            if verdict.status is not Status.FAILED or not check.deterministic:
                return verdict
            doubt = self.doubts.before_accusing() or self._unrepeated(check, turns, verdict)
            if doubt is None:
                return verdict
        return settled(check, doubt.word, doubt.reason)

    def _turns(self, check: Check, look: Callable[[str], Observation | Missing]) -> list[Turn] | Missing:
        """The arguments of the check, once or for each observation that it takes in turn."""
        named: list[Observation] = []
        for name in check.needs:
            observation = look(name)
            if isinstance(observation, Missing):
                return observation
            named.append(observation)
        if not check.each:
            return [("", named)]
        looked = [(name, look(name)) for name in check.each]
        turns = [(name, [one, *named]) for name, one in looked if not isinstance(one, Missing)]
        return turns or next(one for _, one in looked if isinstance(one, Missing))

    def _unfit(self, check: Check) -> Missing | None:
        """Why the check does not speak of this subject or this run, if so."""
        if not self.about.control.covers(check.control):
            return Missing(Status.NOT_TESTABLE, f"needs control {check.control}, the run has {self.about.control}")
        if check.claim is not None:
            key, wanted = check.claim.removeprefix("no "), not check.claim.startswith("no ")
            if self.about.claims.get(key) is not wanted:
                return Missing(Status.NOT_APPLICABLE, f"the profile does not say {key} = {str(wanted).lower()}")
        # A rule for all kinds need not know which it is, and asks for no answer that would tell.
        if Kind.UNSAID not in check.kinds and (kind := self.kind) not in check.kinds:
            return Missing(Status.NOT_APPLICABLE, f"it is no {' and no '.join(check.kinds)} but {kind}")
        for name in check.after:
            missing = self._stands_on(name)
            # A check that did not speak takes nothing away from this one.
            if missing is not None and missing.word is Status.BLOCKED:
                return missing
        return None

    @property
    def kind(self) -> Kind:
        """The subject's kind; where its class does not tell, what invoke() returned decides."""
        if self.about.kind is not Kind.UNSAID:
            return self.about.kind
        invoke = self.observation("invoke")
        value = invoke.value if isinstance(invoke, Reply) else None
        message = value is not None and value.base == "object" and value.text is not None
        return Kind.CHAT if message else Kind.LLM

    def _usable(self, check: Check, name: str) -> Observation | Missing:
        """The observation, unless it is broken and another check says so."""
        observation = self.observation(name)
        scenario = SCENARIOS[name]
        if isinstance(observation, Missing) or not _broken(scenario, observation):
            return observation
        if scenario.owner != check.id:
            return Missing(Status.BLOCKED, f"by {scenario.owner}")
        for echo in scenario.echoes:
            earlier = self.observation(echo)
            if not isinstance(earlier, Missing) and earlier.fault == observation.fault:
                return Missing(Status.BLOCKED, f"by {SCENARIOS[echo].owner}: it broke at the same place")
        return observation

    def _unrepeated(self, check: Check, turns: list[Turn], verdict: Verdict) -> Missing | None:
        """Why a difference is not held against the model: made again, the calls do not differ at the same place.

        A model that errs in one call of ten differs somewhere in almost every run, and hardly ever there each time.
        """
        if self.about.tokens or any(one.broken for _, arguments in turns for one in arguments):
            return None
        places = {finding.where for finding in verdict.findings}
        for suffix in _REPLAYS:
            places &= {finding.where for finding in self._found(check, suffix)}
            if not places:
                return Missing(Status.NOT_TESTABLE, "a difference showed once, and not again")
        return None

    def _found(self, check: Check, suffix: str) -> tuple[Finding, ...]:
        """What the check finds in the calls made again."""
        turns = self._turns(check, lambda name: self._replayed(name, suffix))
        return () if isinstance(turns, Missing) else findings(check, turns, self.about)

    def _replayed(self, name: str, suffix: str) -> Observation | Missing:
        first = self.observation(name)
        if name == _BASE or isinstance(first, Missing):
            return first
        again = self.observation(name + suffix)
        return first if isinstance(again, Missing) else again


def _broken(scenario: Scenario, observation: Observation) -> bool:
    hung, raised = observation.hung is not None, observation.raised is not None
    return (hung and not scenario.hangs) or (raised and not scenario.raises)
