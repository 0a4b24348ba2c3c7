"""What fails a run: a level, the fitness for a purpose, or both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from llm_conformance.catalogue.fitness import purposes
from llm_conformance.judge.fitness import fitness
from llm_conformance.records import Level, Status, Verdict
from llm_conformance.suggest import did_you_mean

_LEVELS = {Level.MUST: (Level.MUST,), Level.SHOULD: (Level.MUST, Level.SHOULD)}
_FIT = "fit:"


class GateError(ValueError):
    """The text is not a gate; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What fails a run.

    levels: failures of these levels do; MUST is always one of them.
    purposes: so do the failures of checks that count for one of these purposes, and a requirement that was not judged.
    """

    levels: tuple[Level, ...]
    purposes: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Gate:
        """The gate in a text such as "must", "fit:pipeline" or "should,fit:pipeline"; GateError if it is not one."""
        return _parse(text)

    def fails(self, verdict: Verdict) -> bool:
        """Whether the verdict alone fails the run."""
        if verdict.not_scored:
            return False
        if self.level_fails(verdict):
            return True
        of_purpose = any(verdict.check in purposes()[name].checks for name in self.purposes)
        return of_purpose and verdict.status is Status.FAILED and verdict.level is not Level.MAY

    def level_fails(self, verdict: Verdict) -> bool:
        """Whether the verdict fails the run by its level."""
        if verdict.not_scored:
            return False
        return verdict.status is Status.STALE or (verdict.status is Status.FAILED and verdict.level in self.levels)

    def unfit_for(self, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
        """The titles of its purposes that have a failure or a requirement that was not judged.

        A declared or an inherited violation does not fail the run here either.
        """
        by_check = {verdict.check: verdict for verdict in verdicts}
        return tuple(
            purposes()[one.purpose].title
            for one in fitness(by_check)
            if one.purpose in self.purposes
            and (one.open or any(by_check[name].status in {Status.FAILED, Status.STALE} for name in one.findings))
        )


@cache
def _parse(text: str) -> Gate:
    levels: tuple[Level, ...] = (Level.MUST,)
    names = []
    for part in text.split(","):
        if part in _LEVELS:
            levels = max(levels, _LEVELS[Level(part)], key=len)
        elif part.removeprefix(_FIT) in purposes() and part.startswith(_FIT):
            names.append(part.removeprefix(_FIT))
        else:
            known = (*_LEVELS, *(f"{_FIT}{name}" for name in purposes()))
            raise GateError(f"expected {', '.join(known[:-1])} or {known[-1]}, got {part!r}{did_you_mean(part, known)}")
    return Gate(levels, tuple(names))
