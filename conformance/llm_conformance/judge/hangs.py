"""Where calls have hung: two that hung at the same place of the model show one defect."""

from __future__ import annotations

from llm_conformance.records import Hung, Observation, ScenarioFacts


class Hangs:
    """The scenarios that hung at each place, in the order in which they were observed."""

    def __init__(self) -> None:
        self._anywhere: dict[str, list[str]] = {}
        self._of_the_model: dict[str, list[str]] = {}
        self._same: dict[str, tuple[str, ...]] = {}

    def note(self, facts: ScenarioFacts, observed: Observation) -> None:
        """Remember where the calls of a scenario hung.

        A call that the harness has paused waits for the harness, so its place shows nothing; nor does that of a call
        whose hang is what the scenario is about, such as one of a provider that sends nothing.
        """
        hangs = [hung for hung in observed.hangs if not hung.endless and ":" in hung.location]
        of_the_model = [hung for hung in hangs if not (hung.paused or facts.may_hang)]
        earlier = [*self._beside(hangs), *self._at(of_the_model)]
        self._same[facts.name] = tuple(dict.fromkeys(earlier))
        for places, ones in ((self._anywhere, hangs), (self._of_the_model, of_the_model)):
            for hung in ones:
                places.setdefault(hung.location, []).append(facts.name)

    def earlier(self, scenario: str) -> tuple[str, ...]:
        """The scenarios that hung before at the same place, or that still ran beside this one."""
        return self._same.get(scenario, ())

    def _beside(self, hangs: list[Hung]) -> list[str]:
        return [name for hung in hangs if not hung.paused for name in self._anywhere.get(hung.beside, ())]

    def _at(self, hangs: list[Hung]) -> list[str]:
        return [name for hung in hangs for name in self._of_the_model.get(hung.location, ())]
