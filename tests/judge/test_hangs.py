"""Which hangs are one defect."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.judge.hangs import Hangs
from llm_conformance.records import ControlledOutcome, ControlledOutcomes, Hung, ScenarioFacts, Stream

HUNG = Hung(10, "acme.py:7 in stream")
ELSEWHERE = Hung(10, "acme.py:9 in lock")
ENDLESS = Hung(10, "in its stream", chunks=2_000, endless=True)


def facts(name: str, *, may_hang: bool = False) -> ScenarioFacts:
    return ScenarioFacts(name=name, act="", record="stream", method="stream", may_hang=may_hang)


def noted(*hangs: Hung, may_hang: bool = False) -> Hangs:
    """Hangs of the scenarios a, b, .., in this order."""
    found = Hangs()
    for name, hung in zip("abc", hangs, strict=False):
        found.note(facts(name, may_hang=may_hang), Stream(hung=hung))
    return found


def test_two_calls_that_hang_at_one_place_are_one_defect() -> None:
    assert noted(HUNG, HUNG).earlier("b") == ("a",)
    assert noted(HUNG, HUNG).earlier("a") == ()


def test_two_calls_that_hang_at_two_places_are_two_defects() -> None:
    assert noted(HUNG, ELSEWHERE).earlier("b") == ()


def test_a_call_that_hangs_beside_one_that_still_runs_may_wait_for_it() -> None:
    assert noted(HUNG, replace(ELSEWHERE, beside=HUNG.location)).earlier("b") == ("a",)


def test_where_the_harness_has_paused_a_model_is_not_a_place_of_a_defect() -> None:
    paused = replace(HUNG, paused=True)

    assert noted(paused, paused).earlier("b") == ()
    assert noted(HUNG, replace(paused, beside=HUNG.location)).earlier("b") == ()


def test_a_hang_that_a_scenario_is_about_is_not_the_defect_of_another() -> None:
    assert noted(HUNG, HUNG, may_hang=True).earlier("b") == ()


def test_an_endless_stream_has_no_place() -> None:
    assert noted(ENDLESS, ENDLESS).earlier("b") == ()


def test_a_call_among_several_of_a_scenario_counts() -> None:
    found = noted(HUNG)

    found.note(facts("several"), ControlledOutcomes(by_label={"one": ControlledOutcome(hung=HUNG)}))

    assert found.earlier("several") == ("a",)
