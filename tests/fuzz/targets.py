"""What is fuzzed: for each decoder a function of bytes, which raises where the decoder breaks a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from fuzz.edited_run import edited_run_is_judged_or_refused
from fuzz.http_request import request_is_answered
from llm_conformance.simulator import FORMATS
from llm_conformance.simulator.recording import sse
from llm_conformance.simulator.recording.stream_parser import BrokenStreamError, StreamParser
from llm_fixtures import GoldenError, Piece, dumps
from llm_fixtures.reader import loads
from llm_reference.messages.partial_json import parse_partial_json
from llm_reference.models.openai.sse import Decoder

_FORMATS = tuple(FORMATS.values())


def sse_decoders_agree(data: bytes) -> None:
    """Both decoders of server-sent events find the same data, wherever the bytes are cut."""
    size, stream = (data[0] % 8 + 1, data[1:]) if data else (1, b"")
    whole = [event.data for event in Decoder().feed(stream)]
    decoder, recorded = Decoder(), sse.Decoder()
    cut = [event.data for packet in _packets(stream, size) for event in decoder.feed(packet)]
    assert cut == whole
    assert [*(one for packet in _packets(stream, size) for one in recorded.feed(packet)), *recorded.finish()] == whole


def stream_is_parsed_or_broken(data: bytes) -> None:
    """A stream in any format is broken, or has the same pieces wherever the bytes are cut.

    The first byte chooses the format, the second one the cuts: server-sent events and JSON documents by line.
    """
    if len(data) < 2:
        return
    form, size, stream = _FORMATS[data[0] % len(_FORMATS)], data[1] % 8 + 1, data[2:]

    def parsed(size: int) -> list[Piece] | None:
        parser = StreamParser(form)
        pieces: list[Piece] = []
        try:
            for packet in _packets(stream, size):
                pieces += parser.feed(packet)
            pieces += parser.close()
        except BrokenStreamError as error:
            assert str(error).isprintable()
            return None
        return pieces

    assert parsed(size) == parsed(len(stream) or 1)


def golden_file_is_loaded_or_refused(data: bytes) -> None:
    """A golden file is refused in one line, or written as it was read."""
    try:
        golden = loads(data, "fuzzed.jsonl")
    except GoldenError as error:
        assert str(error).isprintable()
        return
    # Two halves of a surrogate pair in one text are the only thing that can be read and not be written.
    with suppress(GoldenError):
        assert loads(dumps(golden)) == golden


def partial_json_is_a_value_or_refused(data: bytes) -> None:
    """A part of a JSON text is a value, or refused by ValueError."""
    with suppress(ValueError, RecursionError):
        parse_partial_json(data.decode("utf-8", "replace"))


def _packets(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "sse": sse_decoders_agree,
    "stream": stream_is_parsed_or_broken,
    "golden": golden_file_is_loaded_or_refused,
    "request": request_is_answered,
    "saved-run": edited_run_is_judged_or_refused,
    "partial-json": partial_json_is_a_value_or_refused,
}
