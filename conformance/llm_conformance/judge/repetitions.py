"""Calls that are made again: whether a difference comes back, and how often a declared check fails."""

from __future__ import annotations

from llm_conformance.checks.registry import Check
from llm_conformance.judge.observations import Observations
from llm_conformance.judge.verdict import Case, cases_of, findings_of
from llm_conformance.records import Finding, Need, Observation, Status, SubjectInfo, Unavailable, Verdict

# Every comparison starts from this observation; a difference is looked for again in all others.
BASE = "invoke"

_REPETITIONS = (2, 3, 4)
# Where two answers are the same by chance one time in two, as those of a model that chooses between two tools.
_REPETITIONS_OF_FEW = range(2, 9)
_TRIES = (2, 3, 4, 5)


class Repetitions:
    """The repeated calls of one subject, for a check that has found something."""

    def __init__(self, subject: SubjectInfo, observations: Observations) -> None:
        self._subject = subject
        self._observations = observations

    def not_reproduced(self, check: Check, cases: list[Case], verdict: Verdict) -> Unavailable | None:
        """Why a difference is not reported: the calls were repeated, and do not differ at the same place again.

        A model that errs in one call of ten differs somewhere in almost every run, and hardly ever there each time.
        """
        if self._subject.tokens or any(one.failed for _, arguments in cases for one in arguments):
            return None
        places = {_place(finding) for finding in verdict.findings}
        for attempt in _REPETITIONS_OF_FEW if check.few_answers else _REPETITIONS:
            places &= {_place(finding) for finding in self._findings_again(check, attempt)}
            if not places:
                once = Unavailable(
                    Status.INCONCLUSIVE, "a difference showed once, and not again", needs=Need.DETERMINISTIC
                )
                return self.beyond_budget(check, attempt) or once
        return None

    def beyond_budget(self, check: Check, attempt: int = 1) -> Unavailable | None:
        """Why an observation of the check was not made, if the budget of the run is the reason; else None."""
        names = [name for name in (*check.for_each, *check.observations) if attempt == 1 or name != BASE]
        found = (self._observations.get(name, attempt) for name in names)
        return next((one for one in found if isinstance(one, Unavailable) and one.needs == Need.BUDGET), None)

    def failure_rate(self, check: Check) -> str:
        """In how many of several tries the check finds something."""
        tries = [True, *(bool(self._findings_again(check, attempt)) for attempt in _TRIES)]
        return f"failed {sum(tries)} of {len(tries)} times"

    def _findings_again(self, check: Check, attempt: int) -> tuple[Finding, ...]:
        """What the check finds when the calls are repeated."""
        cases = cases_of(check, lambda name: self._repeated(name, attempt))
        return () if isinstance(cases, Unavailable) else findings_of(check, cases, self._subject)

    def _repeated(self, name: str, attempt: int) -> Observation | Unavailable:
        first = self._observations.get(name)
        if name == BASE or isinstance(first, Unavailable):
            return first
        again = self._observations.get(name, attempt)
        if isinstance(again, Unavailable) and again.needs == Need.BUDGET:
            return again
        return first if isinstance(again, Unavailable) else again


def _place(finding: Finding) -> tuple[str, str]:
    return finding.scenario, finding.where
