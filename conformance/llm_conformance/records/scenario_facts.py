"""What the judge knows of scenarios and faults, without the code that runs them."""

from __future__ import annotations

from dataclasses import dataclass

from llm_conformance.records.outcome import CallOutcome
from llm_conformance.records.subject_info import Control
from llm_conformance.records.verdict import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFacts:
    """One act on a subject, as far as its verdicts depend on it.

    act: what is done, in words.
    record: the kind of the record that the act makes, such as "stream".
    reported_by: the check that alone reports that the act raised or hung; None where only determinism is drawn from it.
    method: the public method that the act calls; a subject without it makes the scenario not applicable.
    model_calls: how many answers the act asks the model for.
    observations: the observations that the act builds on.
    other_methods: further methods that the act needs.
    requires: the checks that must pass before the act is run at all.
    same_failure_as: earlier scenarios; a failure at the same place of the model as one of them is the same defect, and
        reported there.
    may_raise: the act is meant to raise, so an exception does not spoil the observation.
    may_hang: a call that does not end is what the act is about, so that does not spoil the observation either.
    control: what the act needs to decide about the model.
    not_on_wire: why a simulated provider cannot do it; empty where it can.
    hookable: it can also be done to a black box whose hooks are paused between their chunks.
    """

    name: str
    act: str
    record: str
    method: str
    reported_by: str | None = None
    model_calls: int = 1
    observations: tuple[str, ...] = ()
    other_methods: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    same_failure_as: tuple[str, ...] = ()
    may_raise: bool = False
    may_hang: bool = False
    control: Control = Control.BLACKBOX
    not_on_wire: str = ""
    hookable: bool = False

    def is_spoiled(self, outcome: CallOutcome) -> bool:
        """Whether the call failed in a way in which it must not, so that no other check can judge it."""
        hung, raised = outcome.hung is not None, outcome.raised
        return (hung and not self.may_hang) or (raised is not None and (not self.may_raise or raised.ends_process))


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultFacts:
    """One fault of the simulated provider: its class, as in the ids of checks, its level, and its rule."""

    name: str
    family: str
    level: Level
    rule: str
