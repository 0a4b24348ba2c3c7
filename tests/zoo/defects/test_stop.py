"""Each defect is present, shown without the suite. Here: stop words."""

from typing import Any

import pytest

from llm_zoo import stop
from zoo.callers import PROMPT, WORDS, astreamed, streamed


def test_a_stream_does_not_stop_where_invoke_does() -> None:
    assert stop.StreamDropsStop().invoke(PROMPT, stop=[" song"]) == "Sing a"
    assert streamed(stop.StreamDropsStop(), stop=[" song"]) == WORDS


def test_stop_is_passed_twice() -> None:
    assert streamed(stop.StopPassedTwice(), stop=[" song"]) == WORDS[:2]
    with pytest.raises(TypeError, match="multiple values"):
        stop.StopPassedTwice().invoke(PROMPT, stop=[" song"])


def test_a_stop_word_in_two_tokens_is_missed() -> None:
    assert stop.StopAcrossChunksMissed().invoke(PROMPT, stop=["a song"]) == "Sing "
    assert streamed(stop.StopAcrossChunksMissed(), stop=["a song"]) == WORDS


@pytest.mark.parametrize("read", [streamed, astreamed])
def test_the_second_stop_word_is_ignored(read: Any) -> None:
    assert read(stop.FirstStopTextOnly(), stop=["|", " song"]) == WORDS
    assert read(stop.FirstStopTextOnly(), stop=[" song", "|"]) == WORDS[:2]


def test_the_second_stop_word_is_ignored_by_astream_alone() -> None:
    assert streamed(stop.AsyncStreamTakesFirstStopText(), stop=["|", " song"]) == WORDS[:2]
    assert astreamed(stop.AsyncStreamTakesFirstStopText(), stop=["|", " song"]) == WORDS
