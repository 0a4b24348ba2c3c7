"""Judges a saved run again, with the checks of this version and without the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import get_args

from llm_conformance.catalogue.catalogue import SCENARIOS, SNAPSHOTS, checks_for
from llm_conformance.judge.fitness import fitness
from llm_conformance.judge.gate import Gate, GateError
from llm_conformance.judge.judge import Judge
from llm_conformance.judge.observations import Attempt
from llm_conformance.records import LOAD, WITHOUT_CHECK, Need, Observation, Status, Unavailable, Verdict
from llm_conformance.records.codec import decode
from llm_conformance.records.saved_run import SavedRun, SavedRunError, SubjectRecord
from llm_conformance.records.schema import missing_field

_NOT_RECORDED = Unavailable(Status.NOT_TESTABLE, "not recorded", needs=Need.NEW_RUN)


def judge_again(record: SubjectRecord) -> SubjectRecord:
    """The same observations with the verdicts of this version's checks.

    What was not recorded is not testable, so a check that is newer than a whole run is. Verdicts on snapshots stay: the
    accepted texts are not recorded. So do verdicts that no check makes. SavedRunError where an observation is damaged.
    """
    lacks = {one.kind: missing_field(one, record.recorded) for one in get_args(Observation)}
    observations = {name: _decoded(record, name, lacks) for name in record.observations}

    def observe(attempt: Attempt, _used: tuple[Observation, ...]) -> Observation | Unavailable:
        return observations.get(str(attempt), _NOT_RECORDED)

    judge = Judge(record.subject_info, observe)
    kept = {name: verdict for name, verdict in record.verdicts.items() if name in {*SNAPSHOTS, *WITHOUT_CHECK}}
    available = () if LOAD in kept else checks_for(record.subject_info.control)
    selected = [check.id for check in available if not record.partial or check.id in record.verdicts]
    verdicts = {name: _or_newer(judge.verdict(name), record) for name in selected}
    verdicts |= kept
    return replace(record, verdicts=verdicts, fitness=() if record.partial or LOAD in verdicts else fitness(verdicts))


def gate_of(run: SavedRun, path: Path) -> str:
    """What failed the run. SavedRunError if the file has something else there."""
    try:
        Gate.parse(run.gate)
    except GateError as error:
        raise SavedRunError(f"{path}: its gate: {error}") from None
    return run.gate


def _or_newer(verdict: Verdict, record: SubjectRecord) -> Verdict:
    """The verdict; if the observations of a check that the run did not have are missing, with that as the reason.

    A run did not look for the methods that only newer checks call, so their absence says nothing of the model.
    """
    if verdict.needs not in {Need.NEW_RUN, Need.METHOD} or not record.verdicts or verdict.check in record.verdicts:
        return verdict
    reason = "the check is newer than the saved run, which lacks its observations"
    return replace(verdict, status=Status.NOT_TESTABLE, reason=reason, needs=Need.NEW_RUN)


def _decoded(record: SubjectRecord, name: str, lacks: Mapping[str, str]) -> Observation | Unavailable:
    data = record.observations[name]
    if isinstance(data, dict) and (missing := lacks.get(str(data.get("kind")))):
        return Unavailable(Status.NOT_TESTABLE, f"it was recorded without {missing}", needs=Need.NEW_RUN)
    try:
        observation = decode(data)
        _require_kind(name, observation)
    except ValueError as error:
        raise SavedRunError(f"{record.subject_info.spec}: observation {name!r}: {error}") from error
    except RecursionError:
        raise SavedRunError(f"{record.subject_info.spec}: observation {name!r} is nested too deep") from None
    return observation


def _require_kind(name: str, observation: Observation) -> None:
    scenario = SCENARIOS.get(Attempt.parse(name).scenario)
    if scenario is not None and observation.kind != scenario.record:
        raise ValueError(f"expected a record of kind {scenario.record!r}, got {observation.kind!r}")
