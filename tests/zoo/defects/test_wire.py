"""Each defect is present, shown without the suite. Here: adapters of a provider with faults."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from llm_conformance.simulator import ServedStream, Simulator
from llm_fixtures import golden
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


def text_of(model: Any, served: ServedStream, **kwargs: Any) -> str:
    return "".join(streamed(model(url=served.url, **kwargs)))


def texts_until_error(model: Any, served: ServedStream) -> list[str]:
    texts: list[str] = []
    with suppress(ProviderError):
        for chunk in model(url=served.url).stream(PROMPT):
            texts += [chunk]
    return texts


def test_the_base_class_has_none_of_the_defects(simulator: Simulator) -> None:
    served = simulator.play(WORDS, "utf8_cuts")

    assert text_of(WireAdapter, served) == "".join(astreamed(WireAdapter(url=served.url))) == served.text


def test_every_delta_is_stripped(simulator: Simulator) -> None:
    served = simulator.play(WORDS)

    model = exact_text.DeltasStrippedEverywhere(url=served.url)

    assert model.invoke(PROMPT) == text_of(exact_text.DeltasStrippedEverywhere, served) == "Singasong,sing."


def test_tokens_come_in_pairs(simulator: Simulator) -> None:
    served = simulator.play(WORDS)

    assert streamed(exact_text.TokensMerged(url=served.url))[:2] == ["Sing a", " song, sing."]


def test_a_repeated_token_is_dropped(simulator: Simulator) -> None:
    served = simulator.play(["2", "0", "1", "1"])

    assert text_of(exact_text.RepeatsDropped, served) == "201"


def test_a_split_character_becomes_two(simulator: Simulator) -> None:
    served = simulator.play(["\u4f60"], "utf8_cuts")

    assert set(text_of(sse_packets.PacketsDecodedSeparately, served)) == {"\ufffd"}


def test_a_split_event_is_lost(simulator: Simulator) -> None:
    served = simulator.play(WORDS, "cut_at=300")

    assert text_of(sse_packets.PacketsParsedSeparately, served) != served.text


def test_a_separator_breaks_the_stream(simulator: Simulator) -> None:
    with pytest.raises(ProviderError, match="expected a JSON object"):
        text_of(sse_lines.LinesSplitAsText, simulator.play(["a\u2028b"]))


def test_lines_that_end_in_crlf_hide_every_event(simulator: Simulator) -> None:
    assert texts_until_error(sse_lines.LineFeedsOnly, simulator.play(WORDS, "crlf")) == []


def test_a_split_between_cr_and_lf_hides_the_end_of_an_event(simulator: Simulator) -> None:
    unsplit, split = simulator.play(WORDS, "crlf"), simulator.play(WORDS, "crlf_cut")

    assert text_of(sse_lines.CrlfNormalisedByPacket, unsplit) == unsplit.text
    assert texts_until_error(sse_lines.CrlfNormalisedByPacket, split) == []


def test_a_byte_order_mark_hides_the_first_token(simulator: Simulator) -> None:
    assert text_of(sse_lines.BomKept, simulator.play(WORDS, "bom")) == " a song, sing."


def test_a_long_token_raises(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="token too long"):
        text_of(sse_lines.LineLengthLimited, simulator.play(["x" * 70_000]))


def test_a_missing_space_after_the_colon_hides_every_event(simulator: Simulator) -> None:
    assert texts_until_error(sse_fields.SpaceAfterColonRequired, simulator.play(WORDS, "no_space_after_colon")) == []


def test_a_keep_alive_raises(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="expected key: value"):
        text_of(sse_fields.CommentsRaise, simulator.play(WORDS, "comments"))


@pytest.mark.parametrize("fault", ["retry_only", "id_then_blank"])
def test_an_event_without_data_raises(simulator: Simulator, fault: str) -> None:
    with pytest.raises(ProviderError, match="expected a JSON object, got ''"):
        text_of(sse_fields.EmptyEventsDispatched, simulator.play(WORDS, fault))


def test_json_on_several_lines_is_rejected(simulator: Simulator) -> None:
    with pytest.raises(ProviderError, match=r"expected a JSON object, got '\{'"):
        text_of(sse_fields.DataLinesParsedSeparately, simulator.play(WORDS, "multi_line_data"))


def test_a_usage_chunk_raises_after_the_answer(simulator: Simulator) -> None:
    with pytest.raises(IndexError):
        text_of(sse_terminator.ChoicesIndexed, simulator.play(WORDS, "usage_chunk"))


def test_a_usage_chunk_repeats_the_last_word(simulator: Simulator) -> None:
    assert text_of(sse_terminator.LastWordRepeated, simulator.play(WORDS, "usage_chunk")) == "Sing a song, sing. sing."


def test_a_complete_answer_ends_with_a_timeout(simulator: Simulator) -> None:
    with pytest.raises(IncompleteAnswerError, match="ReadTimeout"):
        text_of(sse_terminator.ReadUntilClosed, simulator.play(WORDS, "late_close"), timeout=0.2)


@pytest.mark.parametrize("fault", ["clean_end_early", "error_bare_json"])
def test_half_an_answer_is_accepted(simulator: Simulator, fault: str) -> None:
    assert text_of(sse_terminator.CutTakenForWhole, simulator.play(WORDS, fault)) == "Sing a"


def test_an_error_event_ends_the_stream(simulator: Simulator) -> None:
    assert text_of(sse_terminator.ErrorEventEndsStream, simulator.play(WORDS, "error_mid_stream")) == "Sing a"


def test_a_broken_connection_ends_the_stream(simulator: Simulator) -> None:
    assert text_of(sse_terminator.ConnectionErrorEndsStream, simulator.play(WORDS, "fin_mid_stream")) == "Sing a"


def test_buffered_text_is_lost_on_an_error(simulator: Simulator) -> None:
    served = simulator.play([f" {index}" for index in range(60)], "fin_mid_stream")

    assert len(texts_until_error(broken_answers.BufferedTextLostOnError, served)) == 24, "of 30 tokens sent"


def test_a_broken_stream_starts_again(simulator: Simulator) -> None:
    served = simulator.play(WORDS, "fin_mid_stream")

    assert texts_until_error(broken_answers.ReplayedAfterCut, served) == ["Sing", " a"] * 2
    assert served.attempts == 2


def test_a_broken_stream_raises_again(simulator: Simulator) -> None:
    stream = broken_answers.CutRaisesRepeatedly(url=simulator.play(WORDS, "fin_mid_stream").url).stream(PROMPT)

    for _ in range(2):
        with pytest.raises(IncompleteAnswerError):
            for _ in stream:
                pass


def test_an_http_error_becomes_an_empty_answer(simulator: Simulator) -> None:
    assert text_of(http_errors.HttpErrorsBecomeEmptyAnswers, simulator.play(WORDS, "http_401")) == ""


def test_an_http_error_contains_the_key(simulator: Simulator) -> None:
    with pytest.raises(ProviderError, match="Bearer secret"):
        text_of(http_errors.KeyInException, simulator.play(WORDS, "http_401"), api_key="secret")


def test_a_timeout_is_not_passed_on(simulator: Simulator) -> None:
    assert http_errors.TimeoutIgnored(url=simulator.play(WORDS).url, timeout=0.5).timeout == 600.0


def test_astream_does_not_send_the_temperature(simulator: Simulator) -> None:
    served = simulator.play(WORDS)
    model = wire_requests.TemperatureLostInAstream(url=served.url)
    streamed(model)
    astreamed(model)

    assert [request.body.get("temperature") for request in served.requests] == [0.7, None]


def test_a_call_changes_the_next_request(simulator: Simulator) -> None:
    served = simulator.play(WORDS)
    model = wire_requests.DefaultsChangedByCall(url=served.url)
    for stop in (None, ["\n"], None):
        model.invoke(PROMPT, stop=stop)

    assert ["include_stop_str_in_output" in request.body for request in served.requests] == [False, True, True]
    assert wire_requests.DefaultsChangedByCall(url=served.url)._defaults == {}, "the instance keeps the change"


def test_ainvoke_alone_breaks_characters(simulator: Simulator) -> None:
    served = simulator.play(["\u4f60"], "utf8_cuts")
    model = wire_requests.AinvokeDecodesPacketsSeparately(url=served.url)

    assert model.invoke(PROMPT) == text_of(wire_requests.AinvokeDecodesPacketsSeparately, served) == "\u4f60"
    assert "\ufffd" in asyncio.run(model.ainvoke(PROMPT))


def test_the_text_of_the_finish_chunk_is_lost(simulator: Simulator) -> None:
    served = simulator.play(WORDS, "finish_with_text")

    assert text_of(sse_terminator.TextOfFinishChunkLost, served) == "".join(served.tokens[:-1])
    assert text_of(sse_terminator.TextOfFinishChunkLost, simulator.play(WORDS)) == served.text


def test_headers_are_lost_in_async(simulator: Simulator) -> None:
    served = simulator.play(WORDS)
    model = wire_requests.HeadersLostInAsync(url=served.url)

    assert "".join(streamed(model)) == "".join(astreamed(model)) == served.text
    assert ["x-tenant" in request.headers for request in served.requests] == [True, False]


def test_the_key_is_lost_in_async(simulator: Simulator) -> None:
    served = simulator.play(WORDS)
    model = wire_requests.KeyLostInAsync(url=served.url)

    assert "".join(streamed(model)) == "".join(astreamed(model)) == served.text
    assert ["authorization" in request.headers for request in served.requests] == [True, False]


def test_a_key_of_the_adapter_itself_is_in_its_exception(simulator: Simulator) -> None:
    served = simulator.play(WORDS, "http_401")

    with pytest.raises(ProviderError, match=r"'Basic [\w=]+'"):
        streamed(http_errors.BuiltInKeyInException(url=served.url))


def test_the_request_is_encoded_as_latin_1(simulator: Simulator) -> None:
    served = simulator.play(WORDS)

    streamed(wire_requests.RequestEncodedAsLatin1(url=served.url), " \u4f60, \xe9 ")

    assert [request.prompts for request in served.requests] == [(" ?, \xe9 ",)]


def test_the_timeout_counts_from_the_request(simulator: Simulator) -> None:
    served = simulator.play(WORDS, "slow_but_steady=0.3")
    model = http_errors.TimeoutFromTheRequest(url=served.url, timeout=0.2)

    assert text_of(WireAdapter, served, timeout=0.2) == served.text
    with pytest.raises(ProviderError, match=r"no answer after 0.2 s"):
        streamed(model)
    with pytest.raises(ProviderError, match=r"no answer after 0.2 s"):
        astreamed(model)


def test_a_marker_start_is_lost_at_the_end(simulator: Simulator) -> None:
    assert text_of(sse_terminator.MarkerStartLostAtEnd, simulator.play("ends-in-marker")) == "As in 1 < 2, it is "
    assert text_of(sse_terminator.MarkerStartLostAtEnd, simulator.play("html-chars")) == golden("html-chars").text
