"""From observations to verdicts, with pure functions: the same for a live run and for a saved one.

One defect, one finding: the checks that a check requires are judged first, and a check that they leave nothing to
judge is blocked by the one that failed.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.catalogue.requirement_sets import is_later, since
from llm_conformance.checks.registry import Check
from llm_conformance.checks.same_message import OF_CALLS
from llm_conformance.judge.baseline import inherited
from llm_conformance.judge.declared import apply_deviation, is_skipped
from llm_conformance.judge.determinism import Determinism
from llm_conformance.judge.observations import Observations, Observe
from llm_conformance.judge.repetitions import BASE, Repetitions
from llm_conformance.judge.same_defect import same_defect
from llm_conformance.judge.verdict import Case, cases_of, left_out_of, make_verdict, verdict_of
from llm_conformance.records import (
    Kind,
    Level,
    Need,
    Reply,
    Status,
    SubjectInfo,
    Unavailable,
    Verdict,
)

# What builds on a check with one of these verdicts is judged all the same, if the check found something.
_TOLERATED = {Status.EXPECTED, Status.INHERITED, Status.BLOCKED}

_NAMES = {Kind.LLM: "string model", Kind.CHAT: "chat model", Kind.CHAIN: "chain"}


class Judge:
    """The verdicts on one subject.

    observe: gives the observation of a scenario whose prerequisites are met, from a live subject or a saved run.
    observations: those that the checks have asked for. determinism: whether answers may be compared.
    """

    def __init__(self, subject_info: SubjectInfo, observe: Observe) -> None:
        self.subject_info = subject_info
        self.observations = Observations(
            subject_info, SCENARIOS, observe, self.verdict, level=_level_of, tolerates=self._tolerates
        )
        self.determinism = Determinism(subject_info, self.observations.get)
        self._repetitions = Repetitions(subject_info, self.observations)
        self._verdicts: dict[str, Verdict] = {}

    def verdict(self, name: str) -> Verdict:
        """The verdict of the check of that id; each is judged once."""
        if name not in self._verdicts:
            check = CHECKS[name]
            try:
                self._verdicts[name] = self._scored(self._in_the_light_of_deviations(check))
            except Exception:  # noqa: BLE001 - an error in the harness is reported as one, never as the model's
                reason = "error in the harness while it judged this check"
                self._verdicts[name] = make_verdict(check, Status.HARNESS_ERROR, reason, details=traceback.format_exc())
        return self._verdicts[name]

    @property
    def judged(self) -> Mapping[str, Verdict]:
        """The verdicts until now, by check."""
        return self._verdicts

    @property
    def kind(self) -> Kind:
        """The subject's kind; if its class does not show it, the value that invoke() returned does."""
        if self.subject_info.kind is not Kind.UNKNOWN:
            return self.subject_info.kind
        invoke = self.observations.get(BASE)
        value = invoke.value if isinstance(invoke, Reply) else None
        message = value is not None and value.base == "object" and value.text is not None
        return Kind.CHAT if message else Kind.LLM

    def _scored(self, verdict: Verdict) -> Verdict:
        """The verdict, with the reason if its check is newer than the requirement set of this run."""
        requirement_set = self.subject_info.requirement_set
        if not requirement_set or not is_later(verdict.check, requirement_set):
            return verdict
        reason = f"it is of the set {since(verdict.check)}, the run is scored by {requirement_set}"
        return replace(verdict, not_scored=reason)

    def _in_the_light_of_deviations(self, check: Check) -> Verdict:
        deviation = next((one for one in self.subject_info.deviations if one.check == check.id), None)
        if deviation is None:
            return self._judge(check)
        if is_skipped(deviation):
            verdict = make_verdict(check, Status.EXPECTED, f"not tried: {deviation.reason_with_link}")
        else:
            verdict = apply_deviation(deviation, self._judge(check), lambda: self._repetitions.failure_rate(check))
        return replace(verdict, accepted=(*verdict.accepted, *deviation.unreachable))

    def _judge(self, check: Check) -> Verdict:
        missing = self._not_judged_because(check) or (self.determinism.not_sampling() if check.sampling else None)
        look_up = partial(self.observations.for_check, check=check.id)
        cases = missing or cases_of(check, look_up)
        if isinstance(cases, Unavailable):
            return _not_judged(check, cases)
        if check.deterministic and (changes := self.determinism.initial()) is not None:
            return _not_judged(check, changes)
        verdict = inherited(verdict_of(check, cases, self.subject_info), self.subject_info)
        verdict = self._apart_from_known_defects(check, verdict)
        if verdict.status is Status.FAILED:
            changes = self._not_confirmed(check, cases, verdict)
            return verdict if changes is None else _not_judged(check, changes)
        if verdict.status is Status.PASSED and (refusal := self._repetitions.beyond_budget(check)) is not None:
            return _not_judged(check, refusal)
        if verdict.status is Status.PASSED:
            return replace(verdict, not_exercised=(*left_out_of(check, look_up), *verdict.not_exercised))
        return verdict

    def _not_confirmed(self, check: Check, cases: list[Case], verdict: Verdict) -> Unavailable | None:
        """Why a difference between calls is not reported: the model differs by itself, or it did not differ again."""
        changes = None
        if check.deterministic:
            changes = self.determinism.confirm()
            if all(one.code in OF_CALLS for one in verdict.findings):
                changes = changes or self.determinism.confirm_calls()
            changes = changes or self._repetitions.not_reproduced(check, cases, verdict)
        if check.steady_usage:
            changes = changes or self.determinism.confirm_usage()
        return changes

    def _not_judged_because(self, check: Check) -> Unavailable | None:
        """Why the check does not apply to this subject or this run; None if it does."""
        if not self.subject_info.control.includes(check.control):
            return self.observations.insufficient(check.control)
        if (claim := check.claim) is not None and self.subject_info.claims.get(claim.key) is not claim.declared:
            needs = Need.SHORT_TIMEOUT if claim.key == Need.SHORT_TIMEOUT else ""
            return Unavailable(Status.NOT_APPLICABLE, f"the profile does not say {claim}", needs=needs)
        # A check that applies to all kinds does not need the kind, which may cost a call of invoke().
        if Kind.UNKNOWN not in check.kinds and (kind := self.kind) not in check.kinds:
            return Unavailable(Status.NOT_APPLICABLE, _of_another_kind(check, kind))
        for name in check.requires:
            unmet = self.observations.unmet(name)
            # A prerequisite without a verdict takes nothing away from this check.
            if unmet is not None and unmet.status is Status.BLOCKED:
                return unmet
        return None

    def _tolerates(self, verdict: Verdict) -> bool:
        """Whether what builds on the check is judged all the same: it fails as declared, or as langchain-core does.

        A call that raised or did not end leaves nothing to build on.
        """
        if not verdict.findings or verdict.status not in _TOLERATED:
            return False
        check = CHECKS[verdict.check]
        scenarios = {one.scenario for one in verdict.findings if one.scenario} or {*check.for_each, *check.observations}
        return not any(self.observations.is_spoiled(name) for name in scenarios)

    def _apart_from_known_defects(self, check: Check, verdict: Verdict) -> Verdict:
        """The verdict without the findings that show a tolerated defect once more; blocked if there are no others."""
        if verdict.status is not Status.FAILED:
            return verdict
        known = [one for one in self._behind(check) if self._tolerates(one)]
        of_known = {
            finding: one.check
            for one in known
            for finding in verdict.findings
            if any(same_defect(finding, other) for other in one.findings)
        }
        if not of_known:
            return verdict
        if new := tuple(one for one in verdict.findings if one not in of_known):
            return replace(verdict, findings=new)
        by = next(iter(of_known.values()))
        reason = f"by {by}: it shows the same defect"
        return make_verdict(check, Status.BLOCKED, reason, findings=verdict.findings, blocked_by=by, same_defect=True)

    def _behind(self, check: Check) -> Iterator[Verdict]:
        """The verdicts that are known of the checks that this one builds on, the nearest first."""
        seen: set[str] = set()
        pending = [check.id]
        while pending:
            one = CHECKS[pending.pop(0)]
            scenarios = [SCENARIOS[name] for name in (*one.for_each, *one.observations)]
            scenarios += [SCENARIOS[name] for scenario in scenarios for name in scenario.observations]
            required = dict.fromkeys([*one.requires, *(name for scenario in scenarios for name in scenario.requires)])
            for name in required:
                if name not in seen and name in self._verdicts:
                    seen.add(name)
                    pending.append(name)
                    yield self._verdicts[name]


def _not_judged(check: Check, reason: Unavailable) -> Verdict:
    return make_verdict(
        check,
        reason.status,
        reason.reason,
        details=reason.details,
        needs=reason.needs,
        blocked_by=reason.blocked_by,
        same_defect=reason.same_defect,
    )


def _level_of(check: str) -> Level:
    return CHECKS[check].level


def _of_another_kind(check: Check, kind: Kind) -> str:
    return f"applies to {' and '.join(f'{_NAMES[one]}s' for one in check.kinds)}; this is a {_NAMES[kind]}"
