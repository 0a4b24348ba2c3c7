"""From verdicts to the fitness of a model for each purpose. A pure function."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.catalogue.fitness import Purpose, Requirement, purposes
from llm_conformance.records import Control, Fitness, FitnessOutcome, Kind, Level, Need, Status, Verdict

# A declared or an inherited violation affects the users of the model as well.
_VIOLATED = {Status.FAILED, Status.STALE, Status.EXPECTED, Status.INHERITED}
# A requirement of every purpose: the checks of lesser weight that are MUST.
_EVERY_MUST = "every MUST of this purpose"
_BESIDE_CONTROL = {Need.DETERMINISTIC, Need.TIME, Need.PROMPTS, Need.BUDGET, Need.SHORT_TIMEOUT}


def fitness(verdicts: Mapping[str, Verdict]) -> tuple[Fitness, ...]:
    """The fitness of a model with these verdicts by check for every purpose; what is not scored counts for none."""
    kind = _kind(verdicts)
    newer = {name for name, one in verdicts.items() if one.not_scored}
    scored = {name: one for name, one in verdicts.items() if name not in newer}
    return tuple(_for(_without(newer, purpose), scored, kind) for purpose in purposes().values())


def _without(newer: Collection[str], purpose: Purpose) -> Purpose:
    """The purpose without the requirements that only checks answer which are not scored."""
    kept = tuple(one for one in purpose.requirements if not newer or not set(one.checks) <= set(newer))
    return replace(purpose, requirements=kept)


def _kind(verdicts: Mapping[str, Verdict]) -> Kind:
    """The kind that the checks of what invoke() returns found; UNKNOWN if both or neither of them were judged."""
    unlike = {Kind.LLM: "invoke.returns-message", Kind.CHAT: "invoke.returns-text"}
    absent = {kind for kind, name in unlike.items() if _status(verdicts, name) is Status.NOT_APPLICABLE}
    return absent.pop() if len(absent) == 1 else Kind.UNKNOWN


def _status(verdicts: Mapping[str, Verdict], name: str) -> Status | None:
    return verdicts[name].status if name in verdicts else None


def _for(purpose: Purpose, verdicts: Mapping[str, Verdict], kind: Kind) -> Fitness:
    asked = [one for one in purpose.requirements if kind in one.kinds or kind is Kind.UNKNOWN]
    broken = [one for one in asked if _is_broken(one, verdicts)]
    unanswered = [one for one in asked if one not in broken and not _is_met(one, verdicts)]
    rules = [one.rule for one in broken]
    of_broken = [name for one in broken for name in _violated(one.checks, verdicts)]
    findings = tuple(dict.fromkeys((*of_broken, *_violated(purpose.checks, verdicts))))
    if any(verdicts[name].level is Level.MUST for name in findings if name not in of_broken):
        rules.append(_EVERY_MUST)
    return Fitness(
        purpose=purpose.name,
        outcome=_outcome(bool(rules), bool(unanswered), bool(findings)),
        broken=tuple(rules),
        open=tuple(one.rule for one in unanswered),
        findings=findings,
        inherited=tuple(name for name in findings if verdicts[name].status is Status.INHERITED),
        needs=tuple(sorted({need for one in unanswered if (need := _need(one, verdicts))})),
        lacks=tuple(dict.fromkeys(lack for one in unanswered for lack in _lacks(one, verdicts))),
        blocked_by=tuple(dict.fromkeys(by for one in unanswered for by in _blocked_by(one, verdicts))),
    )


def _outcome(broken: bool, unanswered: bool, findings: bool) -> FitnessOutcome:  # noqa: FBT001 - three facts, named
    if broken:
        return FitnessOutcome.UNFIT
    if unanswered:
        return FitnessOutcome.NOT_JUDGED
    return FitnessOutcome.FIT_BUT if findings else FitnessOutcome.FIT


def _violated(checks: Iterable[str], verdicts: Mapping[str, Verdict]) -> tuple[str, ...]:
    """The ids of the checks that found something, at the level MUST or SHOULD."""
    chosen = set(checks)
    return tuple(
        name
        for name, verdict in verdicts.items()
        if name in chosen and verdict.status in _VIOLATED and verdict.level is not Level.MAY
    )


def _is_broken(requirement: Requirement, verdicts: Mapping[str, Verdict]) -> bool:
    if _violated(requirement.checks, verdicts):
        return True
    statuses = _statuses(requirement, verdicts)
    return requirement.broken_if_absent and Status.NOT_APPLICABLE in statuses and Status.PASSED not in statuses


def _is_met(requirement: Requirement, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether a check of the requirement passed; one that does not apply to the model is mostly met as well.

    A check that is blocked may hide a violation, so the requirement is open; so may a time that was not measured.
    """
    statuses = _statuses(requirement, verdicts)
    if _is_untimed(requirement, verdicts):
        return False
    if statuses == {Status.NOT_APPLICABLE}:
        return not requirement.open_if_absent
    return Status.PASSED in statuses and Status.BLOCKED not in statuses


def _is_untimed(requirement: Requirement, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether times could show a violation, and could not be measured."""
    return _status(verdicts, requirement.timed) in {Status.INCONCLUSIVE, Status.NOT_TESTABLE, Status.HARNESS_ERROR}


def _statuses(requirement: Requirement, verdicts: Mapping[str, Verdict]) -> set[Status]:
    return {verdicts[name].status for name in requirement.checks if name in verdicts}


def _blocked_by(requirement: Requirement, verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """The checks whose failure blocks a check of the requirement."""
    for name in requirement.checks:
        if name in verdicts and verdicts[name].blocked_by:
            yield verdicts[name].blocked_by


def _need(requirement: Requirement, verdicts: Mapping[str, Verdict]) -> str:
    """The control that would answer the requirement; empty if more control would not."""
    needs = {verdicts[name].needs if name in verdicts else CHECKS[name].control.value for name in requirement.checks}
    if Need.TIME in needs:
        # Of a scripted model nothing is measured.
        needs.add(Control.SCRIPT.value)
    return min(needs & {Control.SCRIPT.value, Control.WIRE.value}, default="")


def _lacks(requirement: Requirement, verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """What would answer the requirement beside a control; else why it is open, if nothing blocks it."""
    judged = [verdicts[name] for name in requirement.checks if name in verdicts]
    needs = {Need(one.needs) for one in judged if one.needs} & _BESIDE_CONTROL
    yield from sorted(needs)
    if not needs and not _need(requirement, verdicts) and not any(_blocked_by(requirement, verdicts)):
        yield from [one.reason for one in judged if one.reason and one.status is not Status.PASSED][:1]
