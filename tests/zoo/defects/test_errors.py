"""Each defect is present, shown without the suite. Here: scripted answers that fail or change."""

import asyncio
from contextlib import suppress

import pytest

from llm_zoo import error_propagation, unicode
from zoo.callers import PROMPT, astreamed, event_names, events_of, streamed
from zoo.scripts import Words


def test_invoke_returns_half_an_answer() -> None:
    assert error_propagation.InvokeReturnsPartialAnswer(script=Words(fails_at=2)).invoke(PROMPT) == "Sing a"


def test_a_failed_stream_ends_without_an_error() -> None:
    assert streamed(error_propagation.ErrorEndsStream(script=Words(fails_at=2))) == ["", "Sing", " a"]


def test_the_cause_of_a_failure_is_lost() -> None:
    with pytest.raises(ConnectionError) as failure:
        astreamed(error_propagation.CauseLost(script=Words(fails_at=2)))

    assert failure.value.__cause__ is None


def test_a_failed_stream_starts_again() -> None:
    model = error_propagation.ReplayedAfterFailure(script=Words(fails_at=2))
    chunks: list[str] = []
    with suppress(RuntimeError):
        for chunk in model.stream(PROMPT):
            chunks += [chunk]
    assert chunks == ["Sing", " a", "Sing", " a"]


def test_a_failed_stream_raises_again() -> None:
    stream = error_propagation.ErrorRaisedRepeatedly(script=Words(fails_at=0)).stream(PROMPT)

    for _ in range(2):
        with pytest.raises(RuntimeError, match="no provider"):
            next(stream)


def test_text_of_a_failed_stream_is_in_the_next_answer() -> None:
    script = Words(fails_at=2)
    model = error_propagation.FailedTextInNextAnswer(script=script)
    with pytest.raises(RuntimeError):
        streamed(model)

    script.fails_at = None
    assert model.invoke(PROMPT) == "rest " + PROMPT


def test_events_end_where_the_model_fails() -> None:
    assert event_names(events_of(error_propagation.EventsEndAtFailure(script=Words(fails_at=1)))) == ["start", "stream"]


def test_an_empty_answer_is_replaced_by_the_fallback() -> None:
    assert error_propagation.EmptyAnswerTakenForFailure(script=Words([])).invoke(PROMPT) == ""
    assert streamed(error_propagation.EmptyAnswerTakenForFailure(script=Words([]))) == ["This is the other model."]


def test_a_consumer_waits_for_a_producer_that_has_failed() -> None:
    async def waits_after(chunk: str) -> bool:
        stream = error_propagation.ProducerErrorNotForwarded(script=Words(fails_at=1)).astream(PROMPT)
        assert await anext(stream) == chunk
        waiting = asyncio.ensure_future(anext(stream))
        for _ in range(20):
            await asyncio.sleep(0)
        waits = not waiting.done()
        waiting.cancel()
        await asyncio.wait({waiting})
        return waits

    assert asyncio.run(waits_after("Sing"))


def test_an_empty_answer_becomes_none() -> None:
    assert astreamed(error_propagation.EmptyAnswerBecomesNone(script=Words([]))) == ["None"]


def test_invoke_composes_characters() -> None:
    assert unicode.TextNormalised(script=Words(["e", "\u0301"])).invoke(PROMPT) == "\u00e9"


def test_a_stream_ends_at_an_empty_token() -> None:
    assert streamed(unicode.EmptyTokenEndsStream(script=Words(["a", "", "b"]))) == ["a", ""]


def test_separators_become_line_feeds() -> None:
    assert astreamed(unicode.LineBreaksNormalised(script=Words(["a\u2028b\n"]))) == ["a\nb\n"]


def test_events_lose_carriage_returns() -> None:
    events = events_of(unicode.CarriageReturnsLostInEvents(script=Words(["a\r"])))

    assert events[1]["data"]["chunk"] == "a\n"


def test_combining_accents_are_merged() -> None:
    assert streamed(unicode.CombiningMarksMerged(script=Words(["e", "\u0301", "f"]))) == ["e\u0301", "f"]


def test_an_overlapping_stop_word_is_missed() -> None:
    model = unicode.StopMatchRestartsTooLate(script=Words(["aaab"]))

    assert model.invoke(PROMPT, stop=["aab"]) == "aaab"
