"""When answers of different calls may be compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.records import ERROR, about, replies, reply, stream
from llm_conformance.judge.determinism import Determinism
from llm_conformance.records import Observation, Status, Unavailable

UNSEEN = Unavailable(Status.NOT_TESTABLE, "not recorded")
CHANGES = Unavailable(Status.INCONCLUSIVE, "the model gives the same prompt different answers")
SAME, OTHER = replies(again="hi", fresh="hi"), replies(again="hi", fresh="ho")
STREAMS = {"stream": stream("h", "i"), "repeat_stream": stream("hi")}


def doubts(*tokens: str, **seen: Observation) -> Determinism:
    return Determinism(about(*tokens), lambda name: seen.get(name, UNSEEN))


def test_three_answers_that_agree_leave_no_doubt() -> None:
    assert doubts(invoke=reply("hi"), repeat=SAME).initial() is None


@pytest.mark.parametrize("repeat", [OTHER, replies(again="ho", fresh="hi"), replies(again="ho", fresh="ho")])
def test_three_answers_of_which_one_differs_are_in_doubt(repeat: Observation) -> None:
    assert doubts(invoke=reply("hi"), repeat=repeat).initial() == CHANGES


def test_answers_that_broke_are_told_by_their_own_check() -> None:
    broken = replace(SAME, raised=ERROR)

    assert doubts(invoke=reply("hi"), repeat=broken).initial() == Unavailable(
        Status.BLOCKED, "by isolation.repeated-calls"
    )
    assert doubts(invoke=reply("hi"), repeat=reply("hi")).initial() == Unavailable(
        Status.BLOCKED, "by isolation.repeated-calls"
    )


def test_where_invoke_is_broken_two_streams_tell() -> None:
    assert doubts(**STREAMS).initial() is None
    assert doubts(**{**STREAMS, "repeat_stream": stream("ho")}).initial() == CHANGES


@pytest.mark.parametrize("lost", STREAMS)
def test_where_there_are_no_two_streams_nothing_tells(lost: str) -> None:
    left = {name: one for name, one in STREAMS.items() if name != lost}

    assert doubts(**left).initial() == Unavailable(Status.BLOCKED, "by invoke.completes")


def test_six_more_answers_are_asked_for_before_a_model_is_accused() -> None:
    assert doubts(invoke=reply("hi"), confirm=SAME).confirm() is None
    assert doubts(invoke=reply("hi"), confirm=OTHER).confirm() == CHANGES


def test_answers_that_broke_when_asked_for_more_leave_no_doubt() -> None:
    broken = replace(OTHER, raised=ERROR)

    assert doubts(invoke=reply("hi"), confirm=broken).confirm() is None
    assert doubts(invoke=reply("hi")).confirm() is None


def test_a_model_whose_text_is_known_is_never_in_doubt() -> None:
    known = doubts("h", "i", invoke=reply("hi"), repeat=OTHER, confirm=OTHER)

    assert known.initial() is None
    assert known.confirm() is None
