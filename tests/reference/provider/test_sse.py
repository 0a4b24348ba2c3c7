"""The decoder of server-sent events, rule by rule."""

import pytest

from llm_reference.models.openai.sse import Decoder, Event
from reference.provider.event_stream import BOM, decoded


def test_an_event_is_its_data() -> None:
    assert decoded(b"data: a\n\n") == [Event("a", "message", "")]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_line_ends_with_crlf_lf_or_cr(end: bytes) -> None:
    assert decoded(b"data: a", end, b"data: b", end, end, b"data: c", end, end) == [Event("a\nb"), Event("c")]


def test_an_event_that_ends_with_cr_does_not_wait_for_more() -> None:
    decoder = Decoder()

    assert decoder.feed(b"data: a\r\n\r") == [Event("a")]
    assert decoder.feed(b"\ndata: b\r\r") == [Event("b")]


def test_a_line_feed_after_a_cut_belongs_to_the_carriage_return_before_it() -> None:
    assert decoded(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == [Event("a\nb")]


def test_an_empty_packet_does_not_separate_them() -> None:
    assert decoded(b"data: a\r", b"", b"\ndata: b\r", b"", b"\n", b"\r\n") == [Event("a\nb")]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\x1d", "\x1e", "\0", "\ufeff"])
def test_no_other_character_ends_a_line(character: str) -> None:
    assert decoded(f"data: a{character}b\n\n".encode()) == [Event(f"a{character}b")]


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_one_byte_order_mark_at_the_start_is_dropped(cut: int) -> None:
    stream = BOM + b"data: a\n\n"

    assert decoded(stream[:cut], stream[cut:]) == [Event("a")]


def test_a_second_byte_order_mark_and_one_further_on_are_text() -> None:
    assert decoded(BOM + BOM + b"data: a\n\n" + BOM + b"data: b\n\ndata: c\n\n") == [Event("c")]
    assert decoded(b"data: a\n\n", BOM + b"data: b\n\n") == [Event("a")]


def test_a_character_may_be_cut_by_the_network() -> None:
    assert decoded(*[bytes([byte]) for byte in "data: é€🙂\n\n".encode()]) == [Event("é€🙂")]


@pytest.mark.parametrize("raw", [b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x99", b"\xed\xa0\xbd", b"\xc0\xaf"])
def test_invalid_utf_8_becomes_replacement_characters(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")

    assert "\ufffd" in text
    assert decoded(b"data: a" + raw + b"b\ndata: " + raw, b"\n\n") == [Event(f"a{text}b\n{text}")]


def test_comments_are_ignored() -> None:
    assert decoded(b": ping\n\n:\n:data: no\ndata: a\n: inside\ndata: b\n\n: end\n\n") == [Event("a\nb")]


def test_exactly_one_space_after_the_colon_is_dropped() -> None:
    assert decoded(b"data:a\ndata: b\ndata:  c\ndata:\td\ndata: \n\n") == [Event("a\nb\n c\n\td\n")]


def test_a_line_without_a_colon_is_a_field_without_a_value() -> None:
    assert decoded(b"data\n\n", b"data\ndata\n\n", b"id: 1\nid\ndata: a\n\n") == [Event(""), Event("\n"), Event("a")]


@pytest.mark.parametrize("name", [b"Data", b" data", b"data ", b"dat", b"datas", b""])
def test_fields_have_exact_names(name: bytes) -> None:
    assert decoded(name + b": a\n\n") == []


def test_a_type_applies_to_one_event() -> None:
    assert decoded(b"event: error\ndata: a\n\ndata: b\n\nevent: x\nevent\ndata: c\n\n") == [
        Event("a", "error"),
        Event("b"),
        Event("c"),
    ]


def test_a_type_without_data_is_forgotten() -> None:
    assert decoded(b"event: x\n\ndata: a\n\n") == [Event("a")]


def test_an_id_applies_until_the_next_one() -> None:
    assert decoded(b"id: 1\n\ndata: a\n\ndata: b\n\nid: no\0ne\ndata: c\n\nid\ndata: d\n\n") == [
        Event("a", id="1"),
        Event("b", id="1"),
        Event("c", id="1"),
        Event("d", id=""),
    ]


@pytest.mark.parametrize("block", [b"\n", b"retry: 1\n\n", b"event: x\n\n", b"id: 1\n\n\n", b"unknown: x\n\n"])
def test_without_data_there_is_no_event(block: bytes) -> None:
    assert decoded(block) == []


def test_empty_data_is_an_event() -> None:
    assert decoded(b"data:\n\n") == [Event("")]


@pytest.mark.parametrize(
    ("value", "retry"),
    [
        (b"3000", 3000),
        (b"007", 7),
        (b"-1", None),
        (b"1.5", None),
        (b"", None),
        ("٣".encode(), None),
        (b"9" * 9999, None),
    ],
)
def test_retry_is_a_number_of_digits(value: bytes, retry: int | None) -> None:
    decoder = Decoder()

    assert decoder.feed(b"retry: " + value + b"\n") == []
    assert decoder.retry == retry


@pytest.mark.parametrize("rest", [b"data: b", b"data: b\n", b"data: b\r\n", b"id: 1\ndata: b\nevent: x\n"])
def test_an_event_without_a_blank_line_is_dropped(rest: bytes) -> None:
    assert decoded(b"data: a\n\n" + rest) == [Event("a")]


def test_a_large_event_may_come_in_many_packets() -> None:
    text = "x" * 1_000_000

    assert decoded(b"data: ", *[b"xxxxxxxxxx"] * 100_000, b"\n\n") == [Event(text)]
