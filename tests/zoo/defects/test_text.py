"""Each defect is present, shown without the suite. Here: text, chunks and messages."""

import asyncio
from itertools import islice
from typing import Any

import pytest

from llm_reference import EchoLLM
from llm_zoo import async_parity, chat_models, isolation, text, types, usage
from zoo.callers import PROMPT, WORDS, astreamed, streamed


@pytest.mark.parametrize(
    ("model", "chunks"),
    [
        (text.FirstChunkDropped, WORDS[1:]),
        (text.LastChunkDropped, WORDS[:-1]),
        (text.WhitespaceStripped, ["Sing", "a", "song,", "sing."]),
        (text.CumulativeText, ["Sing", "Sing a", "Sing a song,", PROMPT]),
        (text.FirstTokenTwice, ["Sing", *WORDS]),
        (text.FullTextAppended, [*WORDS, PROMPT]),
        (text.EndTokenLeaks, [*WORDS, "</s>"]),
        (text.LastTokenTwice, [*WORDS, WORDS[-1]]),
        (text.StreamEndsEarly, WORDS[:2]),
        (async_parity.StreamInOneChunk, [PROMPT]),
    ],
)
def test_both_streams_yield_the_wrong_chunks(model: type[Any], chunks: list[str]) -> None:
    assert model().invoke(PROMPT) == PROMPT
    assert streamed(model()) == astreamed(model()) == chunks


def test_a_stream_never_ends() -> None:
    assert len([*islice(text.NeverEnds().stream(PROMPT), 1000)]) == 1000


def test_a_repeated_token_is_dropped() -> None:
    model = text.RepeatedChunksDropped()

    assert model.invoke("") == " 2066 --"
    assert streamed(model, "") == [" 20", "6", " -", "-"]


def test_a_snapshot_is_subtracted_from_the_next() -> None:
    model = text.SnapshotSubtracted()

    assert model.invoke(PROMPT) == f"ha ha {PROMPT}"
    assert streamed(model) == ["ha", " ", " Sing", *WORDS[1:]]


def test_a_split_character_is_replaced() -> None:
    model = text.ReplacementCharacters()

    assert model.invoke(PROMPT).endswith(" for 5 €")
    assert "\N{REPLACEMENT CHARACTER}" in "".join(streamed(model))


@pytest.mark.parametrize(
    ("model", "chunks"),
    [(async_parity.AstreamYieldsEmptyChunks, [""] * 4), (async_parity.FullTextInEveryDelta, [PROMPT] * 4)],
)
def test_only_the_asynchronous_stream_yields_the_wrong_chunks(model: type[Any], chunks: list[str]) -> None:
    assert streamed(model()) == WORDS
    assert astreamed(model()) == chunks


@pytest.mark.parametrize(
    ("model", "streaming"),
    [
        (async_parity.StreamingOffByDefault(), async_parity.StreamingOffByDefault(streaming=True)),
        (async_parity.NewModelNamesDoNotStream(), async_parity.NewModelNamesDoNotStream(model="echo-1")),
    ],
)
def test_a_model_streams_only_if_it_is_configured_to(model: EchoLLM, streaming: EchoLLM) -> None:
    assert streamed(model) == astreamed(model) == [PROMPT]
    assert streamed(streaming) == astreamed(streaming) == WORDS


def test_a_stream_is_a_list() -> None:
    assert types.StreamReturnsList().stream(PROMPT) == WORDS


def test_a_stream_has_no_close() -> None:
    assert not hasattr(types.CloseMissing().stream(PROMPT), "close")


def test_a_chat_model_streams_text() -> None:
    assert streamed(chat_models.ChatStreamsText()) == WORDS


def test_chunks_of_a_chat_model_cannot_be_added() -> None:
    first, second, *_ = streamed(chat_models.ChunksRaiseOnAdd())

    with pytest.raises(TypeError):
        first + second


def test_content_changes_from_text_to_blocks() -> None:
    first, second, *_ = streamed(chat_models.ContentChangesType())

    assert [first.content, second.content] == ["Sing", [{"type": "text", "text": " a"}]]
    with pytest.raises(TypeError):
        first + second


def test_the_sum_of_chunks_repeats_every_prefix() -> None:
    one, two, three, *_ = streamed(chat_models.MessageRepeatsPrefixes())

    assert [one.content, two.content, three.content] == WORDS[:3]
    assert (one + two + three).content == "Sing" + "Sing a" + "Sing a song,"


def test_the_sum_of_chunks_does_not_name_the_model() -> None:
    first, second, *_ = streamed(usage.ModelNameLost())

    assert first.response_metadata == second.response_metadata == {"model": "echo-1"}
    assert (first + second).response_metadata == {}


def test_two_streams_get_pieces_of_each_other() -> None:
    model = isolation.SharedBuffer()

    assert next(zip(model.stream("a b c"), model.stream("x y z"), strict=False)) == ("a", " b")


def test_the_end_of_one_stream_garbles_the_other() -> None:
    model = isolation.SharedFlagReset()
    long, short = model.stream("one two three"), model.stream("one")

    assert [next(long), *short, *long] == ["one", "one", "two", "three"]


def test_answers_at_the_same_time_get_words_of_each_other() -> None:
    async def both() -> list[str]:
        model = isolation.SharedPartsOnALoop()
        return [*await asyncio.gather(model.ainvoke("a b c"), model.ainvoke("x y z"))]

    assert asyncio.run(both()) != ["a b c", "x y z"]


def test_ainvoke_is_not_implemented() -> None:
    model = async_parity.AinvokeNotImplemented()

    assert model.invoke("hi") == "hi"
    with pytest.raises(NotImplementedError):
        asyncio.run(model.ainvoke("hi"))
