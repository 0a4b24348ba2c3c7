"""The decoder of server-sent events, against stories, and against the standard's own algorithm, letter by letter.

The second witness is written here from the standard's text, because no published one is exact: httpx-sse 0.4.3 and
openai 3.57 make events of what has no data, sseclient-py 1.9.0 and assel 1.0.0 forget the id,
launchdarkly-eventsource 1.7.4 forgets that of an event without data, and none of the five drops the byte order mark.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llm_reference.provider.sse import Decoder, Event

BOM = b"\xef\xbb\xbf"


def decoded(*packets: bytes) -> list[Event]:
    decoder = Decoder()
    return [event for packet in packets for event in decoder.feed(packet)]


def by_the_standard(stream: bytes) -> tuple[list[Event], int | None]:
    """WHATWG HTML, 9.2.6, sentence by sentence: the events and the reconnection time."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    events, retry, data, kind, last_id = [], None, "", "", ""
    for line in lines_by_the_standard(text):
        if line == "":
            if data == "":
                kind = ""
                continue
            data = data[:-1] if data[-1] == "\n" else data
            events.append(Event(data, kind if kind != "" else "message", last_id))
            data = kind = ""
        elif line[0] == ":":
            continue
        else:
            field, value = line, ""
            if ":" in line:
                field, value = line[: line.index(":")], line[line.index(":") + 1 :]
                value = value[1:] if value[:1] == " " else value
            if field == "event":
                kind = value
            elif field == "data":
                data = data + value + "\n"
            elif field == "id" and "\0" not in value:
                last_id = value
            elif field == "retry" and value != "" and all(digit in "0123456789" for digit in value):
                retry = int(value)
    return events, retry


def lines_by_the_standard(text: str) -> Iterator[str]:
    line, position = "", 0
    while position < len(text):
        if text[position] in "\r\n":
            yield line
            line = ""
            position += 2 if text[position : position + 2] == "\r\n" else 1
        else:
            line += text[position]
            position += 1


def test_an_event_is_its_data() -> None:
    assert decoded(b"data: a\n\n") == [Event("a", "message", "")]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_line_ends_with_any_of_three_ends(end: bytes) -> None:
    assert decoded(b"data: a", end, b"data: b", end, end, b"data: c", end, end) == [Event("a\nb"), Event("c")]


def test_an_event_that_ends_with_cr_does_not_wait_for_more() -> None:
    decoder = Decoder()

    assert decoder.feed(b"data: a\r\n\r") == [Event("a")]
    assert decoder.feed(b"\ndata: b\r\r") == [Event("b")]


def test_a_line_feed_behind_a_cut_belongs_to_the_carriage_return_before_it() -> None:
    assert decoded(b"data: a\r", b"\ndata: b\r", b"\n\r", b"\n") == [Event("a\nb")]


def test_an_empty_packet_does_not_part_them() -> None:
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
def test_what_is_no_utf_8_becomes_replacement_characters(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")

    assert "\ufffd" in text
    assert decoded(b"data: a" + raw + b"b\ndata: " + raw, b"\n\n") == [Event(f"a{text}b\n{text}")]


def test_comments_are_nothing() -> None:
    assert decoded(b": ping\n\n:\n:data: no\ndata: a\n: inside\ndata: b\n\n: end\n\n") == [Event("a\nb")]


def test_exactly_one_space_is_dropped_behind_the_colon() -> None:
    assert decoded(b"data:a\ndata: b\ndata:  c\ndata:\td\ndata: \n\n") == [Event("a\nb\n c\n\td\n")]


def test_a_line_without_a_colon_is_a_field_without_a_value() -> None:
    assert decoded(b"data\n\n", b"data\ndata\n\n", b"id: 1\nid\ndata: a\n\n") == [Event(""), Event("\n"), Event("a")]


@pytest.mark.parametrize("name", [b"Data", b" data", b"data ", b"dat", b"datas", b""])
def test_fields_have_exact_names(name: bytes) -> None:
    assert decoded(name + b": a\n\n") == []


def test_a_type_is_that_of_one_event() -> None:
    assert decoded(b"event: error\ndata: a\n\ndata: b\n\nevent: x\nevent\ndata: c\n\n") == [
        Event("a", "error"),
        Event("b"),
        Event("c"),
    ]


def test_a_type_without_data_is_forgotten() -> None:
    assert decoded(b"event: x\n\ndata: a\n\n") == [Event("a")]


def test_an_id_holds_until_another_comes() -> None:
    assert decoded(b"id: 1\n\ndata: a\n\ndata: b\n\nid: no\0ne\ndata: c\n\nid\ndata: d\n\n") == [
        Event("a", id="1"),
        Event("b", id="1"),
        Event("c", id="1"),
        Event("d", id=""),
    ]


@pytest.mark.parametrize("block", [b"\n", b"retry: 1\n\n", b"event: x\n\n", b"id: 1\n\n\n", b"unknown: x\n\n"])
def test_what_has_no_data_is_no_event(block: bytes) -> None:
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
def test_an_event_without_its_blank_line_is_dropped(rest: bytes) -> None:
    assert decoded(b"data: a\n\n" + rest) == [Event("a")]


def test_a_large_event_may_come_in_very_many_packets() -> None:
    text = "x" * 1_000_000

    assert decoded(b"data: ", *[b"xxxxxxxxxx"] * 100_000, b"\n\n") == [Event(text)]


# The standard leaves no choice, and yet each of these has led a published decoder astray.
TRAPS = [
    b"data: a\r\n\r\n",
    b"data: a\r\rdata: b\r\r",
    b"data: a\n\r\ndata: b\r\n\rdata: c\r\r\n",
    b"\r\n\n\rdata: a\n\n",
    BOM + b"data: a\n\n",
    BOM + BOM + b"data: a\n\ndata: b\n\n",
    BOM + b"\ndata: a\n\n",
    b"data: a\n\n" + BOM + b"data: b\n\n",
    BOM[:2] + b"data: a\n\ndata: b\n\n",
    "data: é€🙂\n\n".encode(),
    "data: \u2028\u2029\x85\v\f\x1c\x1d\x1e\n\n".encode(),
    b"data: \xf0\x9f\x99\ndata: \x82\n\n",
    b"data: a\ndata: b\ndata\n\n",
    b"data\n\ndata:\n\ndata: \n\ndata:  \n\n",
    b"event: x\n\ndata: a\n\n",
    b"event: x\nevent:\ndata: a\n\n",
    b"id: 1\n\ndata: a\n\n: ping\n\ndata: b\n\nid\ndata: c\n\n",
    b"id: 1\nid: \0\ndata: a\n\n",
    b"retry: 10\n\nretry: x\nretry:\nretry: -1\ndata: a\n\n",
    b":\n: data: a\ndata: b\n: c\ndata: d\n\n",
    b"data : a\n Data: b\n: data\n\n",
    b"data: a\n\ndata: b\n",
    b"data: a\n\ndata: b\n\r",
    b"data: \0\n\n",
]
PIECES = [
    *(
        b"data",
        b"event",
        b"id",
        b"retry",
        b":",
        b": ",
        b" ",
        b"a",
        b"7",
        b"\0",
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\n",
        b"\r\r",
    ),
    *(
        BOM,
        b"\xef",
        b"\xbb",
        b"\xbf",
        b"\xff",
        "🙂".encode(),
        b"\xf0\x9f",
        "\u2028".encode(),
        "\x85".encode(),
        b"data: b\n\n",
    ),
]
# Bytes that nobody chose rarely say anything, and what is put together of the standard's own words rarely is odd.
STREAMS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join), st.binary(max_size=60))
CUTS = st.lists(st.integers(0, 200), max_size=8)
EVERYWHERE_TWICE = [*range(200), *range(200)]
exhaustively = settings(derandomize=True, database=None, deadline=None, max_examples=1000)


def on_each_trap(test: Callable[[bytes, Sequence[int]], None]) -> Callable[[bytes, Sequence[int]], None]:
    """The traps as examples: not cut, and cut between any two bytes with empty packets there."""
    for stream in TRAPS:
        test = example(stream=stream, cuts=EVERYWHERE_TWICE)(example(stream=stream, cuts=())(test))
    return test


def cut(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The stream in packets. A place that is cut twice makes an empty one."""
    edges = [0, *sorted(place for place in cuts if place <= len(stream)), len(stream)]
    return [stream[start:end] for start, end in pairwise(edges)]


@exhaustively
@given(stream=STREAMS, cuts=CUTS)
@on_each_trap
def test_wherever_a_stream_is_cut_its_events_are_those_of_the_standard(stream: bytes, cuts: Sequence[int]) -> None:
    decoder = Decoder()

    events = [event for packet in cut(stream, cuts) for event in decoder.feed(packet)]

    assert (events, decoder.retry) == by_the_standard(stream)


@exhaustively
@given(stream=STREAMS, cuts=CUTS)
@on_each_trap
def test_no_event_comes_later_than_with_the_packet_that_ends_its_blank_line(stream: bytes, cuts: Sequence[int]) -> None:
    packets = cut(stream, cuts)
    decoder = Decoder()

    counts = list(accumulate(len(decoder.feed(packet)) for packet in packets))

    assert counts == [len(by_the_standard(so_far)[0]) for so_far in accumulate(packets)]


@pytest.mark.parametrize("stream", TRAPS)
def test_a_trap_may_be_cut_at_any_one_place(stream: bytes) -> None:
    whole = decoded(stream)

    assert all(decoded(stream[:place], stream[place:]) == whole for place in range(len(stream) + 1))
