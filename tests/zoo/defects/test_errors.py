"""Each defect is really there, without the suite. Here: scripted answers that fail, or come out as others."""

import asyncio
from contextlib import suppress

import pytest

from llm_zoo import error_propagation, unicode
from zoo.callers import PROMPT, astreamed, names, streamed, told
from zoo.scripts import Words


def test_invoke_returns_half_an_answer() -> None:
    assert error_propagation.HalfAnAnswer(script=Words(fails=2)).invoke(PROMPT) == "Sing a"


def test_a_stream_breaks_off_without_a_word() -> None:
    assert streamed(error_propagation.CutWithoutAWord(script=Words(fails=2))) == ["", "Sing", " a"]


def test_the_cause_of_a_failure_is_gone() -> None:
    with pytest.raises(ConnectionError) as failure:
        astreamed(error_propagation.CauseThrownAway(script=Words(fails=2)))

    assert failure.value.__cause__ is None


def test_a_failed_stream_begins_again() -> None:
    model = error_propagation.ReplayedAfterFailure(script=Words(fails=2))
    heard: list[str] = []
    with suppress(RuntimeError):
        for chunk in model.stream(PROMPT):
            heard += [chunk]
    assert heard == ["Sing", " a", "Sing", " a"]


def test_a_failed_stream_fails_again() -> None:
    stream = error_propagation.FailsForEver(script=Words(fails=0)).stream(PROMPT)

    for _ in range(2):
        with pytest.raises(RuntimeError, match="no provider"):
            next(stream)


def test_a_failed_stream_leaves_something_behind() -> None:
    script = Words(fails=2)
    model = error_propagation.FailureSticks(script=script)
    with pytest.raises(RuntimeError):
        streamed(model)

    script.fails = None
    assert model.invoke(PROMPT) == "rest " + PROMPT


def test_events_end_where_the_model_fails() -> None:
    assert names(told(error_propagation.EventsEndAtFailure(script=Words(fails=1)))) == ["start", "stream"]


def test_nothing_is_answered_by_another_model() -> None:
    assert error_propagation.SilenceTakenForFailure(script=Words([])).invoke(PROMPT) == ""
    assert streamed(error_propagation.SilenceTakenForFailure(script=Words([]))) == ["This is the other model."]


def test_a_reader_waits_for_a_producer_that_has_failed() -> None:
    async def listen() -> list[str]:
        heard: list[str] = []
        stream = error_propagation.ProducerDiesAlone(script=Words(fails=1)).astream(PROMPT)
        heard.append(await anext(stream))
        waiting = asyncio.ensure_future(anext(stream))
        for _ in range(20):
            await asyncio.sleep(0)
        heard += ["waits"] if not waiting.done() else ["is told"]
        waiting.cancel()
        await asyncio.wait({waiting})
        return heard

    assert asyncio.run(listen()) == ["Sing", "waits"]


def test_nothing_is_given_as_none() -> None:
    assert astreamed(error_propagation.NothingBecomesNone(script=Words([]))) == ["None"]


def test_invoke_composes_characters() -> None:
    assert unicode.TextNormalised(script=Words(["e", "\u0301"])).invoke(PROMPT) == "\u00e9"


def test_a_stream_ends_at_an_empty_token() -> None:
    assert streamed(unicode.EmptyTokenEnds(script=Words(["a", "", "b"]))) == ["a", ""]


def test_separators_become_line_feeds() -> None:
    assert astreamed(unicode.LinesSplit(script=Words(["a\u2028b\n"]))) == ["a\nb\n"]


def test_events_lose_carriage_returns() -> None:
    events = told(unicode.CarriageReturnsLostInEvents(script=Words(["a\r"])))

    assert events[1]["data"]["chunk"] == "a\n"


def test_accents_wait_for_their_letters() -> None:
    assert streamed(unicode.MarksWaitForLetters(script=Words(["e", "\u0301", "f"]))) == ["e\u0301", "f"]


def test_a_stop_mark_is_half_seen() -> None:
    model = unicode.StopMarkHalfSeen(script=Words(["aaab"]))

    assert model.invoke(PROMPT, stop=["aab"]) == "aaab"
