"""Each defect is really there, without the suite. Here: adapters of a provider that does something wrong, or odd."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from llm_conformance.simulator import ServedStream, Simulator
from llm_reference import IncompleteAnswerError, ProviderError
from llm_zoo import (
    broken_answers,
    exact_text,
    http_errors,
    sse_fields,
    sse_lines,
    sse_packets,
    sse_terminator,
    wire_requests,
)
from llm_zoo.bases.adapter import WireAdapter
from zoo.callers import PROMPT, WORDS, astreamed, streamed


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def heard(model: Any, playing: ServedStream, **kwargs: Any) -> str:
    return "".join(streamed(model(url=playing.url, **kwargs)))


def heard_until_it_fails(model: Any, playing: ServedStream) -> list[str]:
    said: list[str] = []
    with suppress(ProviderError):
        for chunk in model(url=playing.url).stream(PROMPT):
            said += [chunk]
    return said


def test_the_adapter_that_they_rest_on_has_none_of_them(simulator: Simulator) -> None:
    playing = simulator.play(WORDS, "utf8_cuts")

    assert heard(WireAdapter, playing) == "".join(astreamed(WireAdapter(url=playing.url))) == playing.text


def test_every_delta_is_stripped(simulator: Simulator) -> None:
    playing = simulator.play(WORDS)

    assert exact_text.DeltasStrippedEverywhere(url=playing.url).invoke(PROMPT) == "Singasong,sing."


def test_tokens_come_in_pairs(simulator: Simulator) -> None:
    playing = simulator.play(WORDS)

    assert streamed(exact_text.TokensMerged(url=playing.url))[:2] == ["Sing a", " song, sing."]


def test_a_year_loses_a_digit(simulator: Simulator) -> None:
    playing = simulator.play(["2", "0", "1", "1"])

    assert heard(exact_text.RepeatsDropped, playing) == "201"


def test_a_character_in_two_packets_becomes_two(simulator: Simulator) -> None:
    playing = simulator.play(["\u4f60"], "utf8_cuts")

    assert set(heard(sse_packets.PacketsDecodedAlone, playing)) == {"\ufffd"}


def test_an_event_in_two_packets_is_none(simulator: Simulator) -> None:
    playing = simulator.play(WORDS, "cut_at=300")

    assert heard(sse_packets.PacketsParsedAlone, playing) != playing.text


def test_a_separator_breaks_the_stream(simulator: Simulator) -> None:
    with pytest.raises(ProviderError, match="expected a JSON object"):
        heard(sse_lines.LinesSplitAsText, simulator.play(["a\u2028b"]))


def test_nothing_is_found_in_lines_that_end_in_crlf(simulator: Simulator) -> None:
    assert heard_until_it_fails(sse_lines.LineFeedsOnly, simulator.play(WORDS, "crlf")) == []


def test_a_cut_between_cr_and_lf_is_no_end_of_an_event(simulator: Simulator) -> None:
    whole, cut = simulator.play(WORDS, "crlf"), simulator.play(WORDS, "crlf_cut")

    assert heard(sse_lines.CrlfMendedByPacket, whole) == whole.text
    assert heard_until_it_fails(sse_lines.CrlfMendedByPacket, cut) == []


def test_a_byte_order_mark_takes_the_first_token_with_it(simulator: Simulator) -> None:
    assert heard(sse_lines.BomKept, simulator.play(WORDS, "bom")) == " a song, sing."


def test_a_long_token_is_too_long(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="token too long"):
        heard(sse_lines.LinesLimited, simulator.play(["x" * 70_000]))


def test_nothing_comes_from_a_provider_without_blanks(simulator: Simulator) -> None:
    assert heard_until_it_fails(sse_fields.BlankDemanded, simulator.play(WORDS, "no_space_after_colon")) == []


def test_a_keep_alive_raises(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="expected key: value"):
        heard(sse_fields.CommentsRefused, simulator.play(WORDS, "comments"))


@pytest.mark.parametrize("fault", ["retry_only", "id_then_blank"])
def test_an_event_without_data_raises(simulator: Simulator, fault: str) -> None:
    with pytest.raises(ProviderError, match="expected a JSON object, got ''"):
        heard(sse_fields.EmptyEventsDispatched, simulator.play(WORDS, fault))


def test_json_on_several_lines_is_broken_json(simulator: Simulator) -> None:
    with pytest.raises(ProviderError, match=r"expected a JSON object, got '\{'"):
        heard(sse_fields.DataLinesAlone, simulator.play(WORDS, "multi_line_data"))


def test_a_bill_raises_when_all_is_said(simulator: Simulator) -> None:
    with pytest.raises(IndexError):
        heard(sse_terminator.ChoicesIndexed, simulator.play(WORDS, "usage_chunk"))


def test_with_the_bill_comes_the_last_word_again(simulator: Simulator) -> None:
    assert heard(sse_terminator.LastWordRepeated, simulator.play(WORDS, "usage_chunk")) == "Sing a song, sing. sing."


def test_an_answer_that_is_over_ends_with_a_timeout(simulator: Simulator) -> None:
    with pytest.raises(IncompleteAnswerError, match="ReadTimeout"):
        heard(sse_terminator.ReadUntilClosed, simulator.play(WORDS, "late_close"), timeout=0.2)


@pytest.mark.parametrize("fault", ["clean_end_early", "error_bare_json"])
def test_half_an_answer_is_one(simulator: Simulator, fault: str) -> None:
    assert heard(sse_terminator.CutTakenForWhole, simulator.play(WORDS, fault)) == "Sing a"


def test_an_error_is_an_end(simulator: Simulator) -> None:
    assert heard(sse_terminator.ErrorsEndIt, simulator.play(WORDS, "error_mid_stream")) == "Sing a"


def test_a_broken_connection_is_an_end(simulator: Simulator) -> None:
    assert heard(sse_terminator.FailureBecomesTheEnd, simulator.play(WORDS, "fin_mid_stream")) == "Sing a"


def test_a_batch_that_was_being_filled_is_lost(simulator: Simulator) -> None:
    playing = simulator.play([f" {place}" for place in range(60)], "fin_mid_stream")

    assert len(heard_until_it_fails(broken_answers.TextLostWithTheRest, playing)) == 24, "of the 30 that came"


def test_a_stream_that_breaks_off_begins_again(simulator: Simulator) -> None:
    playing = simulator.play(WORDS, "fin_mid_stream")

    assert heard_until_it_fails(broken_answers.ReplayedAfterACut, playing) == ["Sing", " a"] * 2
    assert playing.attempts == 2


def test_a_stream_that_broke_off_breaks_off_again(simulator: Simulator) -> None:
    stream = broken_answers.CutRaisedForEver(url=simulator.play(WORDS, "fin_mid_stream").url).stream(PROMPT)

    for _ in range(2):
        with pytest.raises(IncompleteAnswerError):
            for _ in stream:
                pass


def test_a_refusal_is_an_empty_answer(simulator: Simulator) -> None:
    assert heard(http_errors.RefusalsAreEmptyAnswers, simulator.play(WORDS, "http_401")) == ""


def test_a_refusal_tells_the_key(simulator: Simulator) -> None:
    with pytest.raises(ProviderError, match="Bearer of-the-house"):
        heard(http_errors.KeyInTheException, simulator.play(WORDS, "http_401"), api_key="of-the-house")


def test_a_timeout_is_not_passed_on(simulator: Simulator) -> None:
    assert http_errors.TimeoutIgnored(url=simulator.play(WORDS).url, timeout=0.5).timeout == 600.0


def test_a_temperature_is_not_sent_from_a_loop(simulator: Simulator) -> None:
    playing = simulator.play(WORDS)
    model = wire_requests.TemperatureLostOnALoop(url=playing.url)
    streamed(model)
    astreamed(model)

    assert [request.body.get("temperature") for request in playing.requests] == [0.7, None]


def test_a_call_changes_the_next_request(simulator: Simulator) -> None:
    playing = simulator.play(WORDS)
    model = wire_requests.DefaultsChangedByACall(url=playing.url)
    for stop in (None, ["\n"], None):
        model.invoke(PROMPT, stop=stop)

    assert ["include_stop_str_in_output" in request.body for request in playing.requests] == [False, True, True]
    assert wire_requests.DefaultsChangedByACall(url=playing.url)._defaults == {}, "it is the instance that remembers"


def test_ainvoke_alone_breaks_characters(simulator: Simulator) -> None:
    playing = simulator.play(["\u4f60"], "utf8_cuts")
    model = wire_requests.AinvokeReadsOnItsOwn(url=playing.url)

    assert model.invoke(PROMPT) == heard(wire_requests.AinvokeReadsOnItsOwn, playing) == "\u4f60"
    assert "\ufffd" in asyncio.run(model.ainvoke(PROMPT))
