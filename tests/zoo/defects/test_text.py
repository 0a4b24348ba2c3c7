"""Each defect is really there: what its story tells happens to somebody who calls the model, without the suite.

Here: what is said, and how it is handed over.
"""

import asyncio
from itertools import islice

import pytest

from llm_reference import EchoLLM, GenerationChunk
from llm_zoo import async_parity, chat_models, isolation, text, types, usage
from zoo.callers import PROMPT, WORDS, astreamed, streamed


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


def test_a_snapshot_is_subtracted_from_the_next() -> None:
    model = text.SnapshotSubtracted()

    assert model.invoke(PROMPT) == f"ha ha {PROMPT}"
    assert streamed(model) == ["ha", " ", " Sing", *WORDS[1:]]


def test_the_last_token_comes_twice() -> None:
    assert streamed(text.LastTokenTwice()) == [*WORDS, WORDS[-1]]


def test_a_stream_ends_after_two_chunks() -> None:
    assert streamed(text.StreamEndsEarly()) == WORDS[:2]


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
    assert streamed(async_parity.AstreamFallsBack()) == WORDS
    assert astreamed(async_parity.AstreamFallsBack()) == [PROMPT]


def test_every_asynchronous_chunk_is_empty() -> None:
    assert astreamed(async_parity.AstreamSaysNothing()) == ["", "", "", ""]


def test_every_asynchronous_chunk_is_the_full_text() -> None:
    assert astreamed(async_parity.FullTextInEveryDelta()) == [PROMPT] * 4


def test_astream_raises_where_stream_answers() -> None:
    assert streamed(async_parity.AstreamRaises()) == WORDS
    with pytest.raises(TypeError):
        astreamed(async_parity.AstreamRaises())


def test_ainvoke_answers_twice() -> None:
    assert asyncio.run(async_parity.AinvokeDoubled().ainvoke(PROMPT)) == PROMPT * 2


def test_ainvoke_is_not_written() -> None:
    with pytest.raises(NotImplementedError):
        asyncio.run(async_parity.AinvokeNotWritten().ainvoke(PROMPT))


def test_a_stream_comes_in_one_piece() -> None:
    assert streamed(async_parity.StreamInOnePiece()) == astreamed(async_parity.StreamInOnePiece()) == [PROMPT]


@pytest.mark.parametrize(
    ("model", "streaming"),
    [
        (async_parity.StreamingOffByDefault(), async_parity.StreamingOffByDefault(streaming=True)),
        (async_parity.NewNamesDoNotStream(), async_parity.NewNamesDoNotStream(model="echo-1")),
    ],
)
def test_a_model_streams_only_where_it_is_told_so(model: EchoLLM, streaming: EchoLLM) -> None:
    assert streamed(model) == astreamed(model) == [PROMPT]
    assert streamed(streaming) == astreamed(streaming) == WORDS


def test_a_model_that_does_not_stream_streams() -> None:
    assert streamed(async_parity.StreamsInSecret()) == WORDS


def test_invoke_returns_a_chunk() -> None:
    answer: object = types.InvokeReturnsAChunk().invoke(PROMPT)

    assert answer == GenerationChunk(text=PROMPT)


def test_chunks_are_no_text() -> None:
    assert streamed(types.StreamYieldsChunkObjects())[0] == GenerationChunk(text="Sing")


def test_a_stream_is_a_list() -> None:
    assert types.StreamIsAList().stream(PROMPT) == WORDS


def test_a_stream_cannot_be_closed() -> None:
    assert not hasattr(types.CloseIsHidden().stream(PROMPT), "close")


def test_a_stream_starts_again_after_its_end() -> None:
    stream = types.StreamStartsAgain().stream(PROMPT)

    assert list(stream) == WORDS
    assert next(stream) == "Sing"


def test_astream_is_a_coroutine() -> None:
    stream = types.AstreamMustBeAwaited().astream(PROMPT)
    stream.close()

    assert asyncio.iscoroutine(stream)


def test_each_piece_of_the_input_is_answered() -> None:
    assert list(types.EachPieceIsAPrompt().transform(iter(["one", "two"]))) == ["one", " Over.", "two", " Over."]


def test_a_chat_model_answers_with_a_chunk() -> None:
    assert isinstance(chat_models.ChatAnswersWithAChunk().invoke(PROMPT), chat_models.MessageChunk)


def test_a_chat_model_streams_text() -> None:
    assert streamed(chat_models.ChatStreamsText()) == WORDS


def test_chunks_of_a_chat_model_do_not_add_up() -> None:
    first, second, *_ = streamed(chat_models.ChunksRefuseToAdd())

    with pytest.raises(TypeError):
        first + second


def test_chunks_turn_from_text_to_blocks() -> None:
    first, second, *_ = streamed(chat_models.ContentChangesItsForm())

    assert [first.content, second.content] == ["Sing", [{"type": "text", "text": " a"}]]
    with pytest.raises(TypeError):
        first + second


def test_a_message_is_added_up_of_prefixes() -> None:
    one, two, three, *_ = streamed(chat_models.MessageOfPrefixes())

    assert [one.content, two.content, three.content] == WORDS[:3]
    assert (one + two + three).content == "Sing" + "Sing a" + "Sing a song,"


def test_the_model_is_named_by_chunks_alone() -> None:
    first, second, *_ = streamed(usage.ModelNameLost())

    assert first.response_metadata == second.response_metadata == {"model": "echo-1"}
    assert (first + second).response_metadata == {}


def test_two_streams_get_pieces_of_each_other() -> None:
    model = isolation.SharedBuffer()

    assert next(zip(model.stream("a b c"), model.stream("x y z"), strict=False)) == ("a", " b")


def test_the_end_of_one_stream_garbles_the_other() -> None:
    model = isolation.FlagToggled()
    long, short = model.stream("one two three"), model.stream("one")

    assert [next(long), *short, *long] == ["one", "one", "two", "three"]


def test_a_stream_begins_where_the_one_left_early_ended() -> None:
    model = isolation.ClosedStreamResumed()
    left = model.stream(PROMPT)
    next(left)
    left.close()

    assert streamed(model) == WORDS[1:]


def test_a_second_stream_says_the_first_one_again() -> None:
    model = isolation.AnswersRemembered()

    assert streamed(model, "one") == ["one"]
    assert streamed(model, "two") == ["one", "two"]
