"""Each defect is present, shown without the suite. Here: calls of tools."""

from collections.abc import Callable
from typing import Any

import pytest

from llm_zoo import chat_call_arguments, chat_call_fragments, chat_call_names, chat_calls
from zoo.callers import PROMPT, streamed
from zoo.messages import ainvoked, astream_total, calls, invalid, stream_total

WEATHER = ("get_weather", {"city": "São Paulo", "days": 2})
TIME = ("get_time", {"zone": "America/Sao_Paulo"})
ROME, COIN = ("get_weather", {"city": "Rome"}), ("toss_coin", {"sides": 2})


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_calls.CallsLostInStream, []),
        (chat_calls.CallsInKwargsOnly, []),
        (chat_calls.CallAsMarkup, []),
        (chat_calls.FakeDropsCallAlone, []),
        (chat_calls.LastCallOnly, [TIME]),
        (chat_calls.CallsReversed, [TIME, WEATHER]),
        (chat_calls.EqualCallsBecomeOne, [COIN]),
        (chat_calls.CallAppearsTwice, [WEATHER, TIME, WEATHER, TIME]),
        (chat_calls.CallWithoutArgumentsLost, [ROME]),
        (chat_call_fragments.MergedCallsLookValid, [("get_weatherlist_files", {"city": "Rome"})]),
        (chat_call_arguments.ArgumentsOfAnotherCall, [(WEATHER[0], TIME[1]), (TIME[0], WEATHER[1])]),
        (chat_call_arguments.ArgumentSpacesStripped, [("get_weather", {"city": "SãoPaulo", "days": 2}), TIME]),
    ],
)
def test_both_streams_have_the_wrong_calls(model: type[Any], wrong: list[Any]) -> None:
    assert calls(model().invoke(PROMPT)) == [*map(tuple, model.calls)] != wrong
    assert calls(stream_total(model())) == calls(astream_total(model())) == wrong


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (
            chat_call_fragments.ParallelCallsBecomeOne,
            ['{"city": "S\\u00e3o Paulo", "days": 2}{"zone": "America/Sao_Paulo"}'],
        ),
        (
            chat_call_fragments.FragmentsAddedToLatestCall,
            ['{"city":{"zone": "S\\u00e3o "America/Sao_Paulo"} Paulo", "days": 2}'],
        ),
        (chat_call_arguments.ArgumentsCut, ['{"city": "S\\u00e3o Paulo", "days": ', '{"zone": "America/']),
        (
            chat_call_arguments.ArgumentsAsPython,
            ["{'city': 'S\\u00e3o Paulo', 'days': 2}", "{'zone': 'America/Sao_Paulo'}"],
        ),
        (
            chat_call_arguments.ArgumentsAppendedWhole,
            ['{"city": "S\\u00e3o Paulo", "days": 2}' * 2, '{"zone": "America/Sao_Paulo"}' * 2],
        ),
    ],
)
def test_both_streams_have_invalid_calls(model: type[Any], wrong: list[str]) -> None:
    assert invalid(model().invoke(PROMPT)) == []
    assert invalid(stream_total(model())) == invalid(astream_total(model())) == wrong


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_call_names.PlaceholderCallId, ["get_weather", "", "get_time", ""]),
        (chat_call_names.IdForEachFragment, ["get_weather", "get_time"]),
        (chat_call_names.NameInEachFragment, ["get_weather" * 6, "get_time" * 3]),
        (chat_call_names.CallNameLost, ["", ""]),
    ],
)
def test_both_streams_have_the_wrong_names(model: type[Any], wrong: list[str]) -> None:
    for total in (stream_total(model()), astream_total(model())):
        assert [name for name, _ in calls(total)] == wrong


@pytest.mark.parametrize(
    ("model", "wrong"), [(chat_call_names.CallIdLost, [None, None]), (chat_call_names.CallsShareAnId, ["call_0"] * 2)]
)
def test_the_calls_have_no_id_of_their_own(model: type[Any], wrong: list[Any]) -> None:
    assert [call["id"] for call in stream_total(model()).tool_calls] == wrong


def test_the_id_of_a_call_is_that_of_its_fragments_joined() -> None:
    model = chat_call_names.IdInEachFragment()

    assert [len(call["id"]) for call in stream_total(model).tool_calls] == [37 * 6, 37 * 3]


@pytest.mark.parametrize("model", [chat_call_fragments.FragmentsWithoutIndex, chat_call_fragments.IndexCountsFragments])
def test_the_fragments_are_not_merged(model: type[Any]) -> None:
    assert len(invalid(stream_total(model()))) == 7


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (chat_calls.CallsLostInAstream, []),
        (chat_call_fragments.AsyncFragmentsWithoutIndex, [(WEATHER[0], {}), (TIME[0], {})]),
        (chat_call_fragments.AsyncIndexCountsFragments, [(WEATHER[0], {}), (TIME[0], {})]),
        (chat_call_names.AsyncNameInEachFragment, [("get_weather" * 6, WEATHER[1]), ("get_time" * 3, TIME[1])]),
        (chat_call_arguments.AsyncArgumentsAppendedWhole, []),
        (
            chat_call_arguments.AsyncArgumentsEscapedTwice,
            [("get_weather", {"city": "S\\u00e3o Paulo", "days": 2}), TIME],
        ),
    ],
)
def test_only_the_asynchronous_stream_has_the_wrong_calls(model: type[Any], wrong: list[Any]) -> None:
    assert calls(stream_total(model())) == [WEATHER, TIME]
    assert calls(astream_total(model())) == wrong


@pytest.mark.parametrize(
    ("model", "call", "wrong"),
    [
        (chat_calls.CallsLostInAinvoke, ainvoked, []),
        (
            chat_calls.NumbersBecomeText,
            ainvoked,
            [("get_weather", {"city": "São Paulo", "days": "2"}), ("get_time", {"zone": "America/Sao_Paulo"})],
        ),
        (
            chat_calls.ArgumentsAsText,
            lambda model: model.invoke(PROMPT),
            [
                ("get_weather", {"arguments": '{"city": "S\\u00e3o Paulo", "days": 2}'}),
                ("get_time", {"arguments": '{"zone": "America/Sao_Paulo"}'}),
            ],
        ),
    ],
)
def test_a_whole_answer_has_the_wrong_calls(model: type[Any], call: Callable[[Any], Any], wrong: list[Any]) -> None:
    assert calls(call(model())) == wrong
    assert calls(stream_total(model())) == [WEATHER, TIME]


def test_empty_arguments_raise_in_the_stream() -> None:
    model = chat_calls.EmptyArgumentsCrash()

    assert calls(model.invoke(PROMPT)) == [("list_files", {})]
    with pytest.raises(ValueError, match="Expecting value"):
        streamed(model)


def test_the_text_is_repeated_after_the_calls() -> None:
    assert stream_total(chat_calls.TextRepeatedAfterCalls()).text == PROMPT * 2
