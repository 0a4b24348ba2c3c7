"""Each defect is really there: what its story tells happens to somebody who calls the model, without the suite."""

import asyncio
from itertools import islice

import pytest

from llm_reference.zoo import events, text, twins
from zoo.callers import PROMPT, WORDS, astreamed, names, streamed, told


def test_the_first_chunk_is_dropped() -> None:
    assert streamed(text.FirstChunkDropped()) == astreamed(text.FirstChunkDropped()) == WORDS[1:]


def test_the_last_chunk_is_dropped() -> None:
    assert streamed(text.LastChunkDropped()) == astreamed(text.LastChunkDropped()) == WORDS[:-1]


def test_words_run_together() -> None:
    assert "".join(streamed(text.WhitespaceStripped())) == "Singasong,sing."


def test_each_chunk_repeats_all_before_it() -> None:
    assert streamed(text.CumulativeText()) == ["Sing", "Sing a", "Sing a song,", PROMPT]


def test_a_token_equal_to_the_one_before_is_eaten() -> None:
    model = text.RepeatsEaten()

    assert model.invoke("") == " 2066 --"
    assert streamed(model, "") == [" 20", "6", " -", "-"]


def test_the_first_token_comes_twice() -> None:
    assert streamed(text.FirstTokenTwice()) == ["Sing", *WORDS]


def test_the_full_text_is_appended() -> None:
    assert streamed(text.FullTextAppended()) == [*WORDS, PROMPT]


def test_the_end_token_is_streamed() -> None:
    assert streamed(text.EndTokenLeaks())[-1] == "</s>"


def test_a_character_in_two_halves_is_replaced() -> None:
    model = text.ReplacementCharacters()

    assert model.invoke(PROMPT).endswith(" for 5 €")
    assert "\N{REPLACEMENT CHARACTER}" in "".join(streamed(model))


def test_a_chunk_holds_half_a_character() -> None:
    with pytest.raises(UnicodeEncodeError):
        [chunk.encode() for chunk in streamed(text.HalfCharacters())]


def test_a_stream_never_ends() -> None:
    assert list(islice(text.NeverEnds().stream(PROMPT), 999))[-1] == " sing."


def test_astream_gives_one_chunk_where_stream_gives_many() -> None:
    assert streamed(twins.AstreamFallsBack()) == WORDS
    assert astreamed(twins.AstreamFallsBack()) == [PROMPT]


def test_every_asynchronous_chunk_is_empty() -> None:
    assert astreamed(twins.AstreamSaysNothing()) == ["", "", "", ""]


def test_every_asynchronous_chunk_is_the_full_text() -> None:
    assert astreamed(twins.FullTextInEveryDelta()) == [PROMPT] * 4


def test_astream_raises_where_stream_answers() -> None:
    assert streamed(twins.AstreamRaises()) == WORDS
    with pytest.raises(TypeError):
        astreamed(twins.AstreamRaises())


def test_ainvoke_answers_twice() -> None:
    assert asyncio.run(twins.AinvokeDoubled().ainvoke(PROMPT)) == PROMPT * 2


def test_ainvoke_is_not_written() -> None:
    with pytest.raises(NotImplementedError):
        asyncio.run(twins.AinvokeNotWritten().ainvoke(PROMPT))


def test_a_stream_comes_in_one_piece() -> None:
    assert streamed(twins.StreamInOnePiece()) == astreamed(twins.StreamInOnePiece()) == [PROMPT]


def test_a_model_that_does_not_stream_streams() -> None:
    assert streamed(twins.StreamsInSecret()) == WORDS


def test_there_are_no_stream_events() -> None:
    assert names(told(events.NoStreamEvents())) == ["start", "end"]


def test_each_stream_event_comes_twice() -> None:
    assert names(told(events.DuplicateStreamEvents(), "one two")) == ["start", *["stream"] * 4, "end"]


def test_tokens_bear_a_foreign_run_id() -> None:
    start, token, *_ = told(events.ForeignRunId())

    assert start["run_id"] != token["run_id"]


def test_the_end_is_missing() -> None:
    assert names(told(events.EndMissing(), "one")) == ["start", "stream"]


def test_the_output_is_the_last_token() -> None:
    assert told(events.LastTokenAsOutput())[-1]["data"] == {"output": " sing."}
