"""How fit a model is for one purpose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FitnessOutcome(StrEnum):
    """The answer for one purpose.

    FIT: every requirement is met.
    FIT_BUT: every requirement is met; checks of lesser weight found something.
    UNFIT: a requirement is broken.
    NOT_JUDGED: no requirement is broken, and one is open.
    """

    FIT = "fit"
    FIT_BUT = "fit but"
    UNFIT = "unfit"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Fitness:
    """How fit a model is for one purpose.

    purpose: the name of the purpose, such as "pipeline". outcome: the answer.
    broken: the requirements that are broken.
    open: the requirements that were not judged.
    findings: the ids of the checks that found something, those of the broken requirements first.
    inherited: those of them that are langchain-core's own, and not of the model.
    needs: the controls of which one would judge an open requirement, such as "wire".
    lacks: what else would judge one, as values of `Need`; or why none of its checks judged, in words.
    blocked_by: the checks that have failed, and block a check of an open requirement.
    """

    purpose: str
    outcome: FitnessOutcome
    broken: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
