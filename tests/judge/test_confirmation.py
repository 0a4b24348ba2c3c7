"""A difference is held against a model where it is there each time, and is not declared."""

from __future__ import annotations

import pytest

from checks.records import ERROR, replies, stream, streams
from judge.recorded_judge import AGREED, Court, Records
from llm_conformance.records import Control, Deviation, DeviationMode, Finding, Level, Status, Text, Verdict

SAID_TWICE: Records = {**AGREED, "stream": stream("hi", "hi")}
DIFFERS = Finding(
    Text(("hi",)),
    Text(("hi", "hi")),
    code="text-differs",
    at=2,
    hint="each chunk repeats the text so far: yield only what is new",
)
TOKENS = (("h", "i"),) * 3


def test_a_difference_that_is_there_each_time_is_held_against_the_model() -> None:
    again: Records = {"stream again": stream("hi", "hi"), "stream again again": stream("hi", "hi")}
    court = Court({**SAID_TWICE, **again})

    verdict = court.judge.verdict("stream.concat")

    assert verdict == Verdict("stream.concat", Level.MUST, "STREAM-001", Status.FAILED, findings=(DIFFERS,))
    assert court.asked == ["invoke", "stream", "repeats", "confirm", "stream again", "stream again again"]


@pytest.mark.parametrize("right", ["stream again", "stream again again"])
def test_a_difference_that_shows_once_is_not_held_against_the_model(right: str) -> None:
    again: Records = {"stream again": stream("hi", "hi"), "stream again again": stream("hi", "hi"), right: stream("hi")}
    court = Court({**SAID_TWICE, **again})

    assert court.says("stream.concat") == ("not testable", "a difference showed once, and not again")


def test_a_difference_that_is_elsewhere_each_time_is_not_held_against_the_model() -> None:
    right, wrong = stream("hi"), stream("ho")
    records: Records = {
        **AGREED,
        "solo": replies(the_second_prompt="hi", the_third_prompt="hi"),
        "interleaved": streams(wrong, right),
        "interleaved again": streams(right, wrong),
        "interleaved again again": streams(right, wrong),
    }

    reason = "a difference showed once, and not again"
    assert Court(records).says("isolation.interleaved") == ("not testable", reason)


def test_where_nothing_can_be_asked_again_the_first_difference_stands() -> None:
    assert Court(SAID_TWICE).judge.verdict("stream.concat").findings == (DIFFERS,)


def test_a_model_whose_text_is_known_is_not_asked_again() -> None:
    court = Court({**AGREED, "restream": stream("ho")}, control=Control.WIRE, tokens=TOKENS)

    assert court.says("stream.repeats") == ("failed", "")
    assert court.asked == ["stream", "restream"]


def test_a_call_that_broke_is_not_made_again() -> None:
    court = Court({**AGREED, "restream": stream("h", raised=ERROR), "restream again": stream("hi")})

    assert court.judge.verdict("stream.repeats").status is Status.FAILED
    assert "restream again" not in court.asked


def test_a_model_that_changes_its_mind_is_not_compared() -> None:
    changing: Records = {**SAID_TWICE, "repeats": replies(again="ho", fresh="hi")}

    assert Court(changing).says("stream.concat") == (
        "not testable",
        "the model gives the same prompt different answers",
    )


def test_a_model_that_changes_its_mind_when_asked_once_more_is_not_accused() -> None:
    changing: Records = {**SAID_TWICE, "confirm": replies(first="hi", last="ho")}
    court = Court(changing)

    assert court.says("stream.concat") == ("not testable", "the model gives the same prompt different answers")
    assert "stream again" not in court.asked


def test_what_is_no_comparison_is_judged_of_a_model_that_changes_its_mind() -> None:
    changing: Records = {
        **AGREED,
        "repeats": replies(again="ho", fresh="hi"),
        "stream": stream("h", after_end="gave 'i'"),
    }
    court = Court(changing)

    assert court.judge.verdict("stream.single-use").status is Status.FAILED
    assert court.asked == ["stream", "astream"]


def declared(mode: DeviationMode, records: Records) -> Court:
    return Court(records, deviations=(Deviation(check="stream.concat", reason="known", mode=mode),))


def test_a_declared_deviation_is_expected() -> None:
    assert declared(DeviationMode.FAILS, SAID_TWICE).says("stream.concat") == ("expected", "known")


def test_a_declaration_is_of_its_own_check() -> None:
    court = declared(DeviationMode.HANGS, AGREED)

    assert court.says("stream.single-use") == ("passed", "")


def test_a_model_that_is_declared_to_hang_is_not_asked() -> None:
    court = declared(DeviationMode.HANGS, SAID_TWICE)

    assert court.says("stream.concat") == ("expected", "not tried: known")
    assert court.asked == []


def test_a_flaky_deviation_says_how_often_it_shows_in_five_tries() -> None:
    wrong, right = stream("hi", "hi"), stream("hi")
    again: Records = {f"stream{' again' * time}": right if time == 3 else wrong for time in range(1, 6)}
    court = declared(DeviationMode.FLAKY, {**SAID_TWICE, **again})

    assert court.says("stream.concat") == ("expected", "known; failed 4 of 5 times")
    assert court.asked[-1] == "stream again again again again"


def test_a_flaky_deviation_is_tried_with_the_facts_about_the_subject() -> None:
    in_one_piece = {**AGREED, "astream": stream("hi")}
    flaky = Deviation(check="stream.native-async", reason="known", mode=DeviationMode.FLAKY)

    assert Court(in_one_piece, deviations=(flaky,)).says("stream.native-async") == (
        "expected",
        "known; failed 5 of 5 times",
    )
