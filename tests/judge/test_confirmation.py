"""A difference is reported if it is there each time and is not declared."""

from __future__ import annotations

from typing import Any

import pytest

from checks.chat_records import one, said, thrice, tokens
from checks.records import ERROR, replies, reply, stream, streams
from judge.recorded_judge import AGREED, RecordedJudge, Records
from llm_conformance.records import Control, Deviation, DeviationMode, Finding, Kind, Level, Status, Text, Verdict

REPEATS_TEXT: Records = {**AGREED, "stream": stream("hi", "hi")}
DIFFERS = Finding(
    Text(("hi",)),
    Text(("hi", "hi")),
    code="text-differs",
    at=2,
    hint="each chunk repeats the text so far: yield only what is new",
    sides=("invoke()", "stream()"),
)
TOKENS = (("h", "i"),) * 3


def test_a_difference_that_is_there_each_time_is_reported() -> None:
    again: Records = {f"stream#{attempt}": stream("hi", "hi") for attempt in (2, 3, 4)}
    recorded = RecordedJudge({**REPEATS_TEXT, **again})

    verdict = recorded.judge.verdict("stream.concat")

    assert verdict == Verdict("stream.concat", Level.MUST, "STREAM-001", Status.FAILED, findings=(DIFFERS,))
    assert recorded.observed == ["invoke", "stream", "repeat", "confirm", "confirm_uncached", *again]


def test_a_difference_that_a_cache_explains_is_not_reported() -> None:
    again: Records = {"stream#2": stream("hi", "hi"), "stream#3": stream("hi", "hi")}
    sampled = replies(a="hi", b="ho")

    recorded = RecordedJudge({**REPEATS_TEXT, **again, "confirm_uncached": sampled})

    assert recorded.verdict("stream.concat") == ("inconclusive", "the model gives the same prompt different answers")


def test_an_answer_that_repeats_the_stop_text_is_not_another_answer() -> None:
    again: Records = {"stream#2": stream("hi", "hi"), "stream#3": stream("hi", "hi")}
    echoed = replies(a="hi a", b="hi b")

    recorded = RecordedJudge({**REPEATS_TEXT, **again, "confirm_uncached": echoed})

    assert recorded.verdict("stream.concat")[0] == "failed"


@pytest.mark.parametrize(
    ("last", "status"),
    [(tokens(9, 4), Status.FAILED), (tokens(9, 68), Status.INCONCLUSIVE), (None, Status.INCONCLUSIVE)],
)
def test_a_difference_in_usage_is_reported_if_the_model_counts_alike_each_time(last: Any, status: Status) -> None:
    counted, twice = said("hi", usage_metadata=tokens(9, 4)), said("hi", usage_metadata=tokens(18, 8))
    records: Records = {
        "invoke": reply(counted),
        "stream": one(twice),
        "stream#2": one(twice),
        "stream#3": one(twice),
        "repeat": thrice(counted),
        "confirm": replies(first=reply(counted), last=reply(said("hi", usage_metadata=last))),
    }

    assert RecordedJudge(records, kind=Kind.CHAT).judge.verdict("usage.concat").status is status


@pytest.mark.parametrize("right", ["stream#2", "stream#3"])
def test_a_difference_that_shows_once_is_not_reported(right: str) -> None:
    again: Records = {"stream#2": stream("hi", "hi"), "stream#3": stream("hi", "hi"), right: stream("hi")}
    recorded = RecordedJudge({**REPEATS_TEXT, **again})

    assert recorded.verdict("stream.concat") == ("inconclusive", "a difference showed once, and not again")


def test_a_difference_that_is_elsewhere_each_time_is_not_reported() -> None:
    right, wrong = stream("hi"), stream("ho")
    records: Records = {
        **AGREED,
        "other_prompts": replies(the_second_prompt="hi", the_third_prompt="hi"),
        "interleaved": streams(wrong, right),
        "interleaved#2": streams(right, wrong),
        "interleaved#3": streams(right, wrong),
    }

    reason = "a difference showed once, and not again"
    assert RecordedJudge(records).verdict("isolation.interleaved") == ("inconclusive", reason)


def test_the_first_difference_is_reported_if_no_call_can_be_repeated() -> None:
    assert RecordedJudge(REPEATS_TEXT).judge.verdict("stream.concat").findings == (DIFFERS,)


def test_a_model_whose_text_is_known_is_not_called_again() -> None:
    recorded = RecordedJudge({**AGREED, "repeat_stream": stream("ho")}, control=Control.WIRE, tokens=TOKENS)

    assert recorded.verdict("stream.repeats") == ("failed", "")
    assert recorded.observed == ["stream", "repeat_stream"]


def test_a_call_that_broke_is_not_made_again() -> None:
    recorded = RecordedJudge({**AGREED, "repeat_stream": stream("h", raised=ERROR), "repeat_stream#2": stream("hi")})

    assert recorded.judge.verdict("stream.repeats").status is Status.FAILED
    assert "repeat_stream#2" not in recorded.observed


def test_answers_that_differ_each_time_are_not_compared() -> None:
    changing: Records = {**REPEATS_TEXT, "repeat": replies(again="ho", fresh="hi")}

    assert RecordedJudge(changing).verdict("stream.concat") == (
        "inconclusive",
        "the model gives the same prompt different answers",
    )


def test_answers_that_differ_at_the_confirmation_are_not_compared() -> None:
    changing: Records = {**REPEATS_TEXT, "confirm": replies(first="hi", last="ho")}
    recorded = RecordedJudge(changing)

    assert recorded.verdict("stream.concat") == ("inconclusive", "the model gives the same prompt different answers")
    assert "stream#2" not in recorded.observed


def test_a_check_that_compares_nothing_judges_answers_that_differ_each_time() -> None:
    changing: Records = {
        **AGREED,
        "repeat": replies(again="ho", fresh="hi"),
        "stream": stream("h", after_end="returned 'i'"),
    }
    recorded = RecordedJudge(changing)

    assert recorded.judge.verdict("stream.single-use").status is Status.FAILED
    assert recorded.observed == ["stream", "astream"]


def declared(mode: DeviationMode, records: Records) -> RecordedJudge:
    return RecordedJudge(records, deviations=(Deviation(check="stream.concat", reason="known", mode=mode),))


def test_a_declared_deviation_is_expected() -> None:
    assert declared(DeviationMode.FAILS, REPEATS_TEXT).verdict("stream.concat") == ("expected", "known")


def test_a_declaration_applies_to_its_check_only() -> None:
    recorded = declared(DeviationMode.HANGS, AGREED)

    assert recorded.verdict("stream.single-use") == ("passed", "")


def test_a_model_that_is_declared_to_hang_is_not_called() -> None:
    recorded = declared(DeviationMode.HANGS, REPEATS_TEXT)

    assert recorded.verdict("stream.concat") == ("expected", "not tried: known")
    assert recorded.observed == []


def test_a_flaky_deviation_says_how_often_it_shows_in_five_tries() -> None:
    wrong, right = stream("hi", "hi"), stream("hi")
    again: Records = {f"stream#{attempt}": right if attempt == 5 else wrong for attempt in range(2, 7)}
    recorded = declared(DeviationMode.FLAKY, {**REPEATS_TEXT, **again})

    assert recorded.verdict("stream.concat") == ("expected", "known; failed 4 of 5 times")
    assert recorded.observed[-1] == "stream#5"


def test_a_flaky_deviation_is_tried_with_the_facts_about_the_subject() -> None:
    in_one_piece = {**AGREED, "astream": stream("hi")}
    flaky = Deviation(check="stream.native-async", reason="known", mode=DeviationMode.FLAKY)

    assert RecordedJudge(in_one_piece, deviations=(flaky,)).verdict("stream.native-async") == (
        "expected",
        "known; failed 5 of 5 times",
    )
