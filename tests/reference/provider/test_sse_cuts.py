"""Compares the decoder of server-sent events with the algorithm of the standard, for every cut of the stream."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llm_reference.models.openai.sse import Decoder
from reference.provider.event_stream import BOM, decoded, standard_events

# The standard is unambiguous, but a published decoder fails on each of these.
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
# Random bytes are rarely valid fields, and combinations of valid fields are rarely odd. So both are generated.
STREAMS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join), st.binary(max_size=60))
CUTS = st.lists(st.integers(0, 200), max_size=8)
EVERYWHERE_TWICE = [*range(200), *range(200)]
exhaustively = settings(derandomize=True, database=None, deadline=None, max_examples=1000)


def with_each_trap(test: Callable[[bytes, Sequence[int]], None]) -> Callable[[bytes, Sequence[int]], None]:
    """Add the traps as examples: not cut, and cut between any two bytes, with empty packets at each cut."""
    for stream in TRAPS:
        test = example(stream=stream, cuts=EVERYWHERE_TWICE)(example(stream=stream, cuts=())(test))
    return test


def cut(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    """Return the stream in packets. Two cuts at one place give an empty packet."""
    edges = [0, *sorted(place for place in cuts if place <= len(stream)), len(stream)]
    return [stream[start:end] for start, end in pairwise(edges)]


@exhaustively
@given(stream=STREAMS, cuts=CUTS)
@with_each_trap
def test_the_events_are_those_of_the_standard_wherever_the_stream_is_cut(stream: bytes, cuts: Sequence[int]) -> None:
    decoder = Decoder()

    events = [event for packet in cut(stream, cuts) for event in decoder.feed(packet)]

    assert (events, decoder.retry) == standard_events(stream)


@exhaustively
@given(stream=STREAMS, cuts=CUTS)
@with_each_trap
def test_no_event_comes_later_than_with_the_packet_that_ends_its_blank_line(stream: bytes, cuts: Sequence[int]) -> None:
    packets = cut(stream, cuts)
    decoder = Decoder()

    counts = list(accumulate(len(decoder.feed(packet)) for packet in packets))

    assert counts == [len(standard_events(so_far)[0]) for so_far in accumulate(packets)]


@pytest.mark.parametrize("stream", TRAPS)
def test_a_trap_may_be_cut_at_any_place(stream: bytes) -> None:
    whole = decoded(stream)

    assert all(decoded(stream[:place], stream[place:]) == whole for place in range(len(stream) + 1))
