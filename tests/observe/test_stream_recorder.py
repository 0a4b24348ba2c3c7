"""What a stream that does not end looks like in its record."""

from __future__ import annotations

import pytest

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.stream_recorder import StreamRecorder
from llm_conformance.records import Hung, Stream


def read_until(hung: Hung, chunks: int) -> Stream:
    recorder, reading = StreamRecorder(Recorder()), iter("a" * chunks)
    for _ in zip(range(chunks), recorder.steps(reading), strict=False):
        pass
    return recorder.stream(CallResult(hung=hung, seconds=12.5))


def test_a_stream_that_fell_silent_has_the_place_that_blocks_it() -> None:
    stream = read_until(Hung(10, "acme.py:7 in stream"), chunks=3)

    assert stream.hung == Hung(10, "acme.py:7 in stream", chunks=3)
    assert stream.ended_with == "yielded nothing for 10 s after 3 chunks (acme.py:7 in stream)"


@pytest.mark.parametrize(("chunks", "kept"), [(3, 3), (2_000, 100)])
def test_of_an_endless_stream_the_place_is_chance_and_a_sample_is_kept(chunks: int, kept: int) -> None:
    stream = read_until(Hung(10, "acme.py:7 in stream", endless=True), chunks)

    assert stream.hung == Hung(12.5, "in its stream", chunks, endless=True)
    assert len(stream.chunks) == len(stream.times) == kept
