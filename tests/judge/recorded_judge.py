"""A judge of records that were made by hand; no model is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checks.records import about, replies, reply, stream
from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.judge.judge import Judge
from llm_conformance.records import Observation, Status, Unavailable
from llm_conformance.scenarios.registry import Scenario

_METHODS = {method for scenario in SCENARIOS.values() for method in (scenario.method, *scenario.other_methods)}

# A string model that nobody controls, and that has every method there is.
ABOUT = replace(about(), method_owners=dict.fromkeys(_METHODS, "acme.Acme"))

Records = Mapping[str, Observation | Unavailable | Exception]

# A model that gives one answer each time.
AGREED: Records = {
    "invoke": reply("hi"),
    "stream": stream("h", "i"),
    "repeats": replies(again="hi", fresh="hi"),
    "confirm": replies(first="hi", last="hi"),
}


class Court:
    """A judge of the records that it is shown by name; a record that is an exception is raised where it is taken.

    asked: the names that it asked for, in order.
    played: the scenario of each of them, and the observations that it was given.
    """

    def __init__(self, records: Records, **facts: Any) -> None:
        self.asked: list[str] = []
        self.played: dict[str, tuple[str, tuple[Observation, ...]]] = {}
        self._records = records
        self.judge = Judge(replace(ABOUT, **facts), self._take)

    def says(self, check: str) -> tuple[str, str]:
        """The word of the verdict, and its reason."""
        verdict = self.judge.verdict(check)
        return verdict.status.value, verdict.reason

    def _take(self, name: str, scenario: Scenario, used: tuple[Observation, ...]) -> Observation | Unavailable:
        self.asked.append(name)
        self.played[name] = scenario.name, used
        record = self._records.get(name, Unavailable(Status.NOT_TESTABLE, "not recorded"))
        if isinstance(record, Exception):
            raise record
        return record
