"""Each defect is present, shown without the suite. Here: usage, metadata, ids, reasoning and blocks of chat models."""

from typing import Any

import pytest

from llm_zoo import chat_blocks, chat_ids, chat_metadata, chat_reasoning, chat_usage, chat_versions
from zoo.callers import PROMPT, astreamed, streamed
from zoo.messages import ainvoked, astream_total, stream_total

REASONING = "Where is it?"
TYPED = ["reasoning", "reasoning", "non_standard", "text"]


def counts(message: Any) -> list[int] | None:
    """The tokens of the prompt, of the answer, and of both."""
    usage = message.usage_metadata
    return usage and [usage[f"{name}_tokens"] for name in ("input", "output", "total")]


def types(message: Any) -> list[str]:
    return [block["type"] for block in message.content]


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_usage.UsageInEachChunk, [75, 225, 300]),
        (chat_usage.UsageInTwoChunks, [10, 30, 40]),
        (chat_usage.OutputTokensSoFar, [5, 120, 125]),
        (chat_usage.InputTokensZeroInStream, [0, 15, 15]),
        (chat_usage.UsageLostInStream, None),
    ],
)
def test_both_streams_have_the_wrong_usage(model: type[Any], wrong: list[int] | None) -> None:
    assert counts(model().invoke(PROMPT)) == [5, 15, 20]
    assert counts(stream_total(model())) == counts(astream_total(model())) == wrong


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_usage.AsyncUsageInTwoChunks, [10, 30, 40]),
        (chat_usage.UsageLostInAstream, None),
        (chat_usage.AsyncOutputCountsChunks, [5, 4, 9]),
    ],
)
def test_only_the_asynchronous_stream_has_the_wrong_usage(model: type[Any], wrong: list[int] | None) -> None:
    assert counts(stream_total(model())) == [5, 15, 20]
    assert counts(astream_total(model())) == wrong


@pytest.mark.parametrize(
    ("model", "wrong"), [(chat_usage.UsageLostInInvoke, None), (chat_usage.UsageLostInAinvoke, [5, 15, 20])]
)
def test_a_whole_answer_has_no_usage(model: type[Any], wrong: list[int] | None) -> None:
    assert counts(stream_total(model())) == [5, 15, 20]
    assert counts(model().invoke(PROMPT)) == wrong
    assert counts(ainvoked(model())) is None


@pytest.mark.parametrize(
    ("model", "whole", "streamed_as"),
    [
        (chat_versions.TypedTextDivided, TYPED, [*TYPED[:3], *["text"] * 4]),
        (chat_versions.TypedBlocksOfProvider, ["reasoning", "thinking", "non_standard", "text"], None),
        (chat_versions.TypedInInvokeAlone, TYPED, ["thinking", "thinking", "redacted_thinking", "text"]),
    ],
)
def test_blocks_of_version_v1_are_wrong(model: type[Any], whole: list[str], streamed_as: list[str] | None) -> None:
    one = model(output_version="v1")

    assert types(one.invoke(PROMPT)) == types(ainvoked(one)) == whole
    assert types(stream_total(one)) == types(astream_total(one)) == (streamed_as or whole)


@pytest.mark.parametrize(
    ("model", "wrong"),
    [(chat_usage.AinvokeCountsNoPrompt, [0, 15, 15]), (chat_usage.TotalWithCachedTokens, [5, 15, 21])],
)
def test_only_ainvoke_has_the_wrong_usage(model: type[Any], wrong: list[int]) -> None:
    assert counts(model().invoke(PROMPT)) == [5, 15, 20]
    assert counts(ainvoked(model())) == wrong


def test_the_usage_does_not_add_up() -> None:
    assert counts(chat_usage.TotalWithoutInput().invoke(PROMPT)) == [5, 15, 15]
    details = stream_total(chat_usage.CachedTokensTwice()).usage_metadata["input_token_details"]
    assert details == {"cache_read": 2}


@pytest.mark.parametrize(
    ("model", "tokens", "details", "detail"),
    [
        (chat_usage.CachedTokensBesideInput, "input_tokens", "input_token_details", "cache_read"),
        (chat_usage.ReasoningTokensBesideOutput, "output_tokens", "output_token_details", "reasoning"),
    ],
)
def test_a_detail_is_larger_than_the_whole(model: type[Any], tokens: str, details: str, detail: str) -> None:
    usage = model().invoke(PROMPT).usage_metadata

    assert usage[details][detail] > usage[tokens]


@pytest.mark.parametrize(
    ("model", "error"),
    [
        (chat_usage.MissingUsageCrashes, TypeError),
        (chat_reasoning.ReasoningAloneCrashes, IndexError),
        (chat_blocks.RedactedBlockCrashes, KeyError),
    ],
)
def test_only_the_stream_raises(model: type[Any], error: type[Exception]) -> None:
    assert model().invoke(PROMPT).text == PROMPT
    with pytest.raises(error):
        streamed(model())


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_metadata.FinishReasonTwice, ("tool_callstool_calls", "chat-1")),
        (chat_metadata.ModelNameInEachChunk, ("tool_calls", "chat-1" * 15)),
        (chat_metadata.FinishReasonStopInStream, ("stop", "chat-1")),
        (chat_metadata.ModelAliasInStream, ("tool_calls", "chat-latest")),
        (chat_metadata.FinishReasonLostInStream, (None, "chat-1")),
        (chat_metadata.FinishReasonLostWithLogprobs, (None, "chat-1")),
        (chat_metadata.ModelNameLostInStream, ("tool_calls", None)),
    ],
)
def test_both_streams_report_the_wrong_end(model: type[Any], wrong: tuple[str | None, ...]) -> None:
    assert end(model().invoke(PROMPT)) == ("tool_calls", "chat-1")
    assert end(stream_total(model())) == end(astream_total(model())) == wrong


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_metadata.AsyncFinishReasonTwice, ("tool_callstool_calls", "chat-1")),
        (chat_metadata.AstreamModelAlias, ("tool_calls", "chat-latest")),
    ],
)
def test_only_the_asynchronous_stream_reports_the_wrong_end(model: type[Any], wrong: tuple[str, str]) -> None:
    assert end(stream_total(model())) == ("tool_calls", "chat-1")
    assert end(astream_total(model())) == wrong


def end(message: Any) -> tuple[str | None, str | None]:
    """The finish reason and the name of the model."""
    return message.response_metadata.get("finish_reason"), message.response_metadata.get("model_name")


def test_only_ainvoke_reports_the_wrong_end() -> None:
    assert end(ainvoked(chat_metadata.MetadataLostInAinvoke())) == (None, None)
    assert end(ainvoked(chat_metadata.AinvokeFinishReasonStop())) == ("stop", "chat-1")


def test_the_chunks_of_a_stream_have_several_ids() -> None:
    ids = {chunk.id.removeprefix("rs_") for chunk in streamed(chat_ids.IdChangesAfterReasoning())}

    assert len({chunk.id for chunk in streamed(chat_ids.IdChangesAfterReasoning())} - ids) > 1
    # The last chunk, which ends a stream, has no id of the provider.
    assert len({chunk.id for chunk in astreamed(chat_ids.AsyncIdForEachChunk())}) == 16


@pytest.mark.parametrize("model", [chat_ids.ConstantMessageId, chat_ids.MessageIdOfProcess])
def test_all_streams_have_one_id(model: type[Any]) -> None:
    assert stream_total(model()).id == stream_total(model()).id
    assert model().invoke(PROMPT).id != model().invoke(PROMPT).id


def test_all_asynchronous_streams_have_one_id() -> None:
    assert astream_total(chat_ids.ConstantMessageIdOnLoops()).id == "client-7"
    assert stream_total(chat_ids.ConstantMessageIdOnLoops()).id != "client-7"


def test_all_messages_have_one_id() -> None:
    assert {chat_ids.MessageIdOfInstance().invoke(prompt).id for prompt in ("hi", "ho")} == {"model-7"}


def test_a_chunk_before_the_last_says_that_it_is_the_last() -> None:
    assert {chunk.chunk_position for chunk in streamed(chat_ids.EachChunkIsLast())} == {"last"}
    assert [chunk.chunk_position for chunk in astreamed(chat_ids.LastChunkBeforeUsage())][-3:] == ["last", None, "last"]


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_reasoning.ReasoningLostInStream, {}),
        (chat_reasoning.ReasoningUnderAnotherKey, {"reasoning": REASONING}),
        (chat_reasoning.ReasoningSoFar, {"reasoning_content": "WhereWhere is it?"}),
        (chat_reasoning.ReasoningStripped, {"reasoning_content": "Whereis it?"}),
        (chat_reasoning.ReasoningInText, {}),
        (chat_reasoning.RefusalLostInStream, {}),
    ],
)
def test_both_streams_have_the_wrong_reasoning(model: type[Any], wrong: dict[str, str]) -> None:
    assert model().invoke(PROMPT).additional_kwargs != wrong
    assert stream_total(model()).additional_kwargs == astream_total(model()).additional_kwargs == wrong


@pytest.mark.parametrize(
    ("model", "right", "wrong"),
    [
        (chat_reasoning.ReasoningLostInAstream, {"reasoning_content": REASONING}, {}),
        (chat_reasoning.AsyncRefusalCut, {"refusal": "I cannot do that."}, {"refusal": "I cannot"}),
    ],
)
def test_only_the_asynchronous_stream_has_the_wrong_reasoning(
    model: type[Any], right: dict[str, str], wrong: dict[str, str]
) -> None:
    assert stream_total(model()).additional_kwargs == right
    assert astream_total(model()).additional_kwargs == wrong


def test_ainvoke_has_no_reasoning() -> None:
    assert ainvoked(chat_reasoning.ReasoningLostInAinvoke()).additional_kwargs == {}


def test_reasoning_is_in_the_text() -> None:
    assert stream_total(chat_reasoning.ReasoningInText()).text.startswith("<think>Where</think>")


THINKING, REDACTED = "thinking", "redacted_thinking"


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_blocks.ReasoningBlocksDivided, [*[THINKING] * 4, REDACTED, "text"]),
        (chat_blocks.ReasoningBlocksMerged, [THINKING, REDACTED, "text"]),
        (chat_blocks.BlockIndexConstant, [THINKING]),
        (chat_blocks.EmptySignedBlockDropped, [THINKING, REDACTED, "text"]),
        (chat_blocks.RedactedBlockDropped, [THINKING, THINKING, "text"]),
        (chat_blocks.TextBeforeReasoning, ["text", THINKING, THINKING, REDACTED]),
        (chat_blocks.ProviderToolsLostInStream, ["text"]),
    ],
)
def test_both_streams_have_the_wrong_blocks(model: type[Any], wrong: list[str]) -> None:
    assert types(model().invoke(PROMPT)) != wrong
    assert types(stream_total(model())) == types(astream_total(model())) == wrong


@pytest.mark.parametrize(
    ("model", "key", "place"),
    [(chat_blocks.SignatureLostInStream, "signature", 0), (chat_blocks.CitationsLostInStream, "citations", -1)],
)
def test_both_streams_lose_a_part_of_a_block(model: type[Any], key: str, place: int) -> None:
    assert key in model().invoke(PROMPT).content[place]
    assert key not in stream_total(model()).content[place]
    assert key not in astream_total(model()).content[place]


def test_only_the_asynchronous_stream_loses_the_signature() -> None:
    model = chat_blocks.SignatureLostInAstream()

    assert "signature" in stream_total(model).content[0]
    assert "signature" not in astream_total(model).content[0]


@pytest.mark.parametrize(
    ("model", "forms"), [(chat_blocks.ContentListInStream, [str, list]), (chat_blocks.ContentListInInvoke, [list, str])]
)
def test_the_content_of_a_stream_has_another_form(model: type[Any], forms: list[type]) -> None:
    assert [type(model().invoke(PROMPT).content), type(stream_total(model()).content)] == forms
