"""Each defect is present, shown without the suite. Here: chat models to which a script says more than text."""

from typing import Any

import pytest

from llm_fixtures import Finish, Finished, Reasoning, Refusal, Token, ToolArguments, ToolCall, Usage
from llm_zoo import chat_pieces
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from zoo.callers import PROMPT, streamed
from zoo.messages import astream_total, calls, stream_total
from zoo.scripts import Pieces

TEXT = Token(text="Look: ")
CALLS = (
    ToolCall(0, "call_a", "get_weather"),
    ToolArguments(0, '{"city": '),
    ToolArguments(0, '"Rome"}'),
    ToolCall(1, "call_b", "get_time"),
    ToolArguments(1, "{}"),
)
WEATHER: tuple[str, Any] = ("get_weather", {"city": "Rome"})
TIME: tuple[str, Any] = ("get_time", {})
ANSWER = Pieces(
    TEXT, *CALLS, Token(text="done"), Usage(prompt=3, completion=5, reasoning=2), Finished(Finish.TOOL_CALLS)
)
THOUGHT = Pieces(Reasoning("Hm."), TEXT)


def test_the_base_class_has_none_of_the_defects() -> None:
    total = stream_total(ScriptedChatModel(script=ANSWER))

    assert (total.text, calls(total)) == ("Look: done", [WEATHER, TIME])
    assert total.response_metadata["finish_reason"] == "tool_calls"
    assert total.usage_metadata["output_tokens"] == 5


def test_the_calls_have_one_index() -> None:
    total = stream_total(chat_pieces.CallsShareAnIndex(script=Pieces(*CALLS)))

    assert {chunk["index"] for chunk in total.tool_call_chunks} == {0}


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_pieces.CallNameInEachFragment, [("get_weather" * 3, WEATHER[1]), ("get_time" * 2, TIME[1])]),
        (chat_pieces.CallWithoutId, [WEATHER, TIME]),
    ],
)
def test_a_call_has_the_wrong_name_or_no_id(model: type[Any], wrong: list[Any]) -> None:
    total = stream_total(model(script=ANSWER))

    assert calls(total) == wrong
    assert (model is chat_pieces.CallWithoutId) == ({call["id"] for call in total.tool_calls} == {None})


def test_only_the_stream_loses_the_details_of_the_usage() -> None:
    model = chat_pieces.DetailsLostInStream(script=ANSWER)

    whole, streamed = (message.usage_metadata or {} for message in (model.invoke("hi"), stream_total(model)))
    assert whole["output_token_details"] == {"reasoning": 2}
    assert "output_token_details" not in streamed


def test_only_the_asynchronous_stream_loses_later_calls() -> None:
    model = chat_pieces.AsyncStreamLosesLaterCalls(script=ANSWER)

    assert calls(stream_total(model)) == [WEATHER, TIME]
    assert calls(astream_total(model)) == [WEATHER]


def test_the_text_after_a_call_is_lost() -> None:
    assert stream_total(chat_pieces.TextAfterCallLost(script=ANSWER)).text == "Look: "


def test_a_refusal_raises() -> None:
    with pytest.raises(KeyError, match="content"):
        streamed(chat_pieces.RefusalRaises(script=Pieces(Refusal("No."))))


def test_reasoning_tokens_are_counted_twice() -> None:
    total = stream_total(chat_pieces.ReasoningTokensCountedTwice(script=ANSWER))

    assert total.usage_metadata["output_tokens"] == 7


def test_only_the_streams_are_without_reasoning() -> None:
    model = chat_pieces.StreamWithoutReasoning(script=THOUGHT)

    assert "Hm." in str(model.invoke(PROMPT).content)
    assert "Hm." not in str(stream_total(model).content)


def test_an_answer_that_is_cut_says_stop() -> None:
    model = chat_pieces.CutAnswerSaysStop(script=Pieces(TEXT, Finished(Finish.LENGTH)))

    assert stream_total(model).response_metadata["finish_reason"] == "stop"


def test_a_call_that_is_cut_off_becomes_a_valid_one() -> None:
    cut = Pieces(
        ToolCall(0, "call_a", "get_weather"), ToolArguments(0, '{"city": "Rome", "un'), Finished(Finish.LENGTH)
    )

    assert calls(stream_total(ScriptedChatModel(script=cut))) == []
    assert calls(stream_total(chat_pieces.CallCutByLengthIsRepaired(script=cut))) == [
        ("get_weather", {"city": "Rome", "un": None})
    ]


def test_only_the_streams_say_stop_for_calls() -> None:
    model = chat_pieces.StreamSaysStopForCalls(script=ANSWER)

    assert model.invoke(PROMPT).response_metadata["finish_reason"] == "tool_calls"
    assert stream_total(model).response_metadata["finish_reason"] == "stop"
