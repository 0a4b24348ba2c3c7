"""When answers of different calls may be compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.chat_records import again_and_fresh, call, calls
from checks.records import ERROR, about, replies, reply, stream
from judge.recorded_judge import blocked
from llm_conformance.judge.determinism import Determinism
from llm_conformance.records import Need, Observation, Status, Unavailable

NOT_RECORDED = Unavailable(Status.NOT_TESTABLE, "not recorded")
CHANGES = Unavailable(
    Status.INCONCLUSIVE, "the model gives the same prompt different answers", needs=Need.DETERMINISTIC
)
SAME, OTHER = replies(again="hi", fresh="hi"), replies(again="hi", fresh="ho")
STREAMS = {"stream": stream("h", "i"), "repeat_stream": stream("hi")}


def determinism(*tokens: str, **observations: Observation) -> Determinism:
    return Determinism(about(*tokens), lambda name: observations.get(name, NOT_RECORDED))


def test_three_equal_answers_are_deterministic() -> None:
    assert determinism(invoke=reply("hi"), repeat=SAME).initial() is None


@pytest.mark.parametrize("repeat", [OTHER, replies(again="ho", fresh="hi"), replies(again="ho", fresh="ho")])
def test_three_answers_of_which_one_differs_are_not_deterministic(repeat: Observation) -> None:
    assert determinism(invoke=reply("hi"), repeat=repeat).initial() == CHANGES


def test_failed_calls_block_by_the_check_that_reports_them() -> None:
    broken = replace(SAME, raised=ERROR)

    assert determinism(invoke=reply("hi"), repeat=broken).initial() == blocked("isolation.repeated-calls")
    assert determinism(invoke=reply("hi"), repeat=reply("hi")).initial() == blocked("isolation.repeated-calls")


def test_two_streams_are_compared_if_invoke_fails() -> None:
    assert determinism(**STREAMS).initial() is None
    assert determinism(**{**STREAMS, "repeat_stream": stream("ho")}).initial() == CHANGES


@pytest.mark.parametrize("lost", STREAMS)
def test_without_two_streams_the_comparison_is_blocked(lost: str) -> None:
    left = {name: one for name, one in STREAMS.items() if name != lost}

    assert determinism(**left).initial() == blocked("invoke.completes")


def test_six_more_answers_are_compared_before_a_difference_is_reported() -> None:
    assert determinism(invoke=reply("hi"), confirm=SAME).confirm() is None
    assert determinism(invoke=reply("hi"), confirm=OTHER).confirm() == CHANGES


def test_calls_that_fail_at_the_confirmation_are_ignored() -> None:
    broken = replace(OTHER, raised=ERROR)

    assert determinism(invoke=reply("hi"), confirm=broken).confirm() is None
    assert determinism(invoke=reply("hi")).confirm() is None


def test_only_a_model_that_gives_different_answers_samples() -> None:
    same = Unavailable(Status.NOT_APPLICABLE, "the model gives the same prompt the same answer")

    assert determinism(invoke=reply("hi"), repeat=OTHER).not_sampling() is None
    assert determinism(invoke=reply("hi"), repeat=SAME).not_sampling() == same
    assert determinism(invoke=reply("hi")).not_sampling() == blocked("invoke.completes")
    assert determinism("h", "i", invoke=reply("hi"), repeat=OTHER).not_sampling() == same


def test_a_model_whose_text_is_known_is_deterministic() -> None:
    known = determinism("h", "i", invoke=reply("hi"), repeat=OTHER, confirm=OTHER)

    assert known.initial() is None
    assert known.confirm() is None


def test_six_more_answers_have_the_same_calls_before_a_difference_in_calls_is_reported() -> None:
    one, other = calls(call("weather")), calls(call("time"))
    same, another = again_and_fresh(one, one), again_and_fresh(one, other)
    varies = Unavailable(
        Status.INCONCLUSIVE,
        "the model answers the same prompt with different calls of tools",
        needs=Need.DETERMINISTIC,
    )

    assert determinism(invoke=reply(one), confirm=same).confirm_calls() is None
    assert determinism(invoke=reply(one), confirm=another).confirm_calls() == varies
    assert determinism("h", "i", invoke=reply(one), confirm=another).confirm_calls() is None
