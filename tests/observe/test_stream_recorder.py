"""A stream that did not end is located in the stream if chunks were still arriving, else where it hangs."""

import pytest

from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.stream_recorder import StreamRecorder

STEADY = [number / 1000 for number in range(800)]


@pytest.mark.parametrize(
    ("times", "giving"),
    [
        ([], False),
        ([0.5, 0.95], True),
        (STEADY, False),
        ([*STEADY[:700], 0.8, 0.85], True),
        ([0.4, 0.8], False),
    ],
    ids=["silent", "to the last", "fell silent", "with gaps as ever", "two chunks"],
)
def test_a_stream_was_still_yielding_if_its_last_silence_is_none(times: list[float], giving: bool) -> None:  # noqa: FBT001
    recorder = StreamRecorder(Recorder())
    recorder._times = times

    assert recorder._still_yielding(1.0) == giving
