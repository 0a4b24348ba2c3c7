"""A judge of records that are written by hand; no model is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checks.records import about, replies, reply, stream
from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.judge.judge import Judge
from llm_conformance.judge.observations import Attempt
from llm_conformance.records import Observation, Status, Unavailable

_METHODS = {method for scenario in SCENARIOS.values() for method in (scenario.method, *scenario.other_methods)}

# A string model without control that has every method.
SUBJECT = replace(about(), method_owners=dict.fromkeys(_METHODS, "acme.Acme"))

Records = Mapping[str, Observation | Unavailable | Exception]

# A model that gives one answer each time.
AGREED: Records = {
    "invoke": reply("hi"),
    "stream": stream("h", "i"),
    "repeat": replies(again="hi", fresh="hi"),
    "confirm": replies(first="hi", last="hi"),
}


def blocked(by: str) -> Unavailable:
    """The reason of a scenario or check that builds on a failed one."""
    return Unavailable(Status.BLOCKED, f"by {by}", blocked_by=by)


class RecordedJudge:
    """A judge of the records that it is given by name; a record that is an exception is raised where it is observed.

    observed: the names of the observations that the judge asked for, in order.
    used: for each of them, the observations that its scenario builds on.
    """

    def __init__(self, records: Records, **facts: Any) -> None:
        self.observed: list[str] = []
        self.used: dict[str, tuple[Observation, ...]] = {}
        self._records = records
        self.judge = Judge(replace(SUBJECT, **facts), self._observe)

    def verdict(self, check: str) -> tuple[str, str]:
        """The status of the verdict, and its reason."""
        verdict = self.judge.verdict(check)
        return verdict.status.value, verdict.reason

    def _observe(self, attempt: Attempt, used: tuple[Observation, ...]) -> Observation | Unavailable:
        name = str(attempt)
        self.observed.append(name)
        self.used[name] = used
        record = self._records.get(name, Unavailable(Status.NOT_TESTABLE, "not recorded"))
        if isinstance(record, Exception):
            raise record
        return record
