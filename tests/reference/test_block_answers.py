"""What the events of version v3 add up to: calls, blocks, usage and the message."""

from typing import Any

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    EchoChatModel,
    OneChunkChatModel,
)
from reference.block_models import calling, told
from reference.test_chat_models import tell


def test_parallel_calls_keep_apart() -> None:
    begun = calling(("f", "", "1", 0), ("g", "", "2", 1))
    stream = told(begun, calling((None, '{"b": 2}', None, 1)), calling((None, '{"a": 1}', None, 0)))

    assert [(call["name"], call["args"]) for call in stream.tool_calls.get()] == [("f", {"a": 1}), ("g", {"b": 2})]
    assert [(each["id"], each["args"]) for each in stream.tool_calls] == [("1", '{"a": 1}'), ("2", '{"b": 2}')]
    assert stream.output.tool_calls == stream.output.content == stream.tool_calls.get()


def test_what_is_reported_of_each_token_is_added_up_and_a_repeated_name_is_not() -> None:
    reports: list[dict[str, Any]] = [
        {"model_name": "m", "logprobs": {"content": [0.5]}, "finish_reason": None},
        {"model_name": "m", "logprobs": {"content": [0.25]}, "finish_reason": "stop"},
        {"finish_reason": None},
    ]
    stream = told(*(AIMessageChunk("a", response_metadata=report) for report in reports))

    assert stream.output.response_metadata == {
        "model_name": "m",
        "logprobs": {"content": [0.5, 0.25]},
        "finish_reason": "stop",
        "output_version": "v1",
    }


def test_a_call_that_was_cut_off_is_invalid() -> None:
    stream = told(calling(("f", '{"a"', "1", 0)))

    assert stream.tool_calls.get() == []
    assert stream.output.invalid_tool_calls[0]["args"] == '{"a"'


def test_a_call_whose_name_is_in_each_fragment_has_it_once() -> None:
    stream = told(calling(("f", "{", "1", 0)), calling(("f", "}", "1", 0)))

    assert [(call["name"], call["args"]) for call in stream.tool_calls.get()] == [("f", {})]


def test_the_blocks_are_those_of_the_sum_of_the_chunks() -> None:
    chunks = [
        AIMessageChunk("", additional_kwargs={"reasoning_content": "So"}),
        AIMessageChunk([{"type": "thinking", "thinking": " it", "index": 0}]),
        AIMessageChunk([{"type": "thinking", "signature": "s", "index": 0}]),
        AIMessageChunk([{"type": "text", "text": "a", "index": 1}]),
        AIMessageChunk("b"),
        AIMessageChunk([{"type": "text", "text": "c", "index": 1}, {"type": "image", "url": "u"}]),
        AIMessageChunk([{"type": "new", "text": "d", "index": 2}]),
        AIMessageChunk([{"type": "new", "text": "e", "index": 2}, {"type": "tool_use", "id": "1"}]),
        AIMessageChunk("f", additional_kwargs={"refusal": "no"}),
    ]
    stream = told(*chunks)

    content: Any = stream.output.content
    blocks = [{key: value for key, value in block.items() if key != "index"} for block in content]

    assert blocks == [
        {"type": "reasoning", "reasoning": "So"},
        {"type": "reasoning", "reasoning": " it", "extras": {"signature": "s"}},
        {"type": "text", "text": "ac"},
        {"type": "text", "text": "b"},
        {"type": "image", "url": "u"},
        {"type": "non_standard", "value": {"type": "new", "text": "de"}},
        {"type": "text", "text": "f"},
    ]
    assert stream.output.text == (chunks[0] + chunks[1:]).text
    assert stream.reasoning.get() == "".join(stream.reasoning) == "So it"
    assert stream.output.additional_kwargs == {"refusal": "no"}


def test_a_message_with_blocks_can_be_sent_again() -> None:
    model: Any = EchoChatModel().bind_tools([tell])
    answer = model.stream_events("Oslo", version="v3").output

    again = OneChunkChatModel().stream_events([answer], version="v3").output

    assert isinstance(answer, AIMessage)
    assert (answer.tool_calls[0]["args"], again.text) == ({"city": "Oslo"}, "")
