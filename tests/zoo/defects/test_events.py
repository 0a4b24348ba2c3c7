"""Each defect is really there, without the suite. Here: what the events tell."""

import asyncio
from typing import Any

import pytest

from llm_zoo import errors, event_data, event_fields, events
from zoo.callers import PROMPT, WORDS, astreamed, names, told


def test_there_are_no_stream_events() -> None:
    assert names(told(events.NoStreamEvents())) == ["start", "end"]


def test_each_stream_event_comes_twice() -> None:
    assert names(told(events.DuplicateStreamEvents(), "one two")) == ["start", *["stream"] * 4, "end"]


def test_the_start_comes_twice() -> None:
    assert names(told(events.StartToldTwice(), "one")) == ["start", "start", "stream", "end"]


def test_the_end_is_missing() -> None:
    assert names(told(events.EndMissing(), "one")) == ["start", "stream"]


def test_a_step_never_ends() -> None:
    starts, ends = ([one for one in told(events.StepNeverEnds()) if word in one["event"]] for word in ("start", "end"))

    assert [one["name"] for one in starts] == ["StepNeverEnds", "request"]
    assert [one["name"] for one in ends] == ["StepNeverEnds"]


def test_events_raise_where_astream_does_not() -> None:
    assert astreamed(events.EventsRaise()) == WORDS
    with pytest.raises(KeyError):
        told(events.EventsRaise())


def test_an_unknown_version_is_taken() -> None:
    assert names(told(events.UnknownVersionTaken(), "one", version="v99")) == ["start", "stream", "end"]


def test_events_do_not_stop() -> None:
    assert astreamed(events.EventsDropArguments(), stop=[" song"]) == WORDS[:2]
    assert told(events.EventsDropArguments(), stop=[" song"])[-2]["data"]["chunk"] == WORDS[-1]


def test_one_chunk_is_told_letter_by_letter() -> None:
    assert astreamed(events.OneChunkToldInPieces(), "one") == ["one"]
    assert names(told(events.OneChunkToldInPieces(), "one")) == ["start", *["stream"] * 3, "end"]


def test_the_whole_message_is_told_again() -> None:
    events_told = told(events.WholeMessageToldAgain(), "one two")

    assert [one["data"]["chunk"] for one in events_told[1:-1]] == ["one", " two", "one two"]


def test_a_guard_is_told_beside_the_model() -> None:
    by_name = {one["name"]: one for one in told(events.GuardToldAsARoot(), "one")}

    assert by_name.keys() == {"GuardToldAsARoot", "guard"}
    assert by_name["guard"]["parent_ids"] == []
    assert by_name["guard"]["run_id"] != by_name["GuardToldAsARoot"]["run_id"]


def test_events_have_no_parent_ids() -> None:
    assert all("parent_ids" not in event for event in told(event_fields.KeysMissing()))


def test_tokens_have_the_name_of_the_callback() -> None:
    assert names(told(event_fields.OwnEventNames(), "one")) == ["start", "new_token", "end"]


def test_a_string_model_tells_of_a_chat_model() -> None:
    assert told(event_fields.WrongFamily())[0]["event"] == "on_chat_model_start"


def test_tokens_bear_a_foreign_run_id() -> None:
    start, token, *_ = told(event_fields.ForeignRunId())

    assert start["run_id"] != token["run_id"]


def test_two_runs_have_one_id() -> None:
    model = event_fields.ConstantRunId()

    assert told(model)[0]["run_id"] == told(model)[0]["run_id"]


def test_the_root_is_its_own_parent() -> None:
    root = told(event_fields.RootIsItsOwnParent())[0]

    assert root["parent_ids"] == [root["run_id"]]


def test_events_of_v1_have_parents() -> None:
    root, step, *_ = told(event_fields.ParentsInV1(), version="v1")

    assert step["parent_ids"] == [root["run_id"]]


def test_the_metadata_grow() -> None:
    first, *_, last = told(event_fields.MetadataGrows())

    assert (first["metadata"], last["metadata"]) == ({}, {"usage": {"tokens": 9}})


def test_the_root_has_no_name() -> None:
    assert {event["name"] for event in told(event_fields.Nameless())} == {""}


def test_the_output_is_the_last_token() -> None:
    assert told(event_data.LastTokenAsOutput())[-1]["data"] == {"output": " sing."}


def test_the_answer_is_nowhere() -> None:
    assert [event["data"] for event in told(event_data.OutputForgotten())] == [{"input": PROMPT}, {"output": ""}]


def test_the_events_say_something_else() -> None:
    _, *tokens, end = told(event_data.EventsTakeAnotherPath())

    assert "".join(token["data"]["chunk"] for token in tokens) == end["data"]["output"] == "Singasong,sing."


def test_the_text_is_under_another_key() -> None:
    assert told(event_data.TextUnderAnotherKey())[1]["data"] == {"text": "Sing"}


def test_the_input_is_wrapped() -> None:
    assert told(event_data.InputWrapped())[0]["data"] == {"input": {"prompts": [PROMPT]}}


def test_the_end_repeats_the_input() -> None:
    assert told(event_data.EndRepeatsInput())[-1]["data"]["input"] == PROMPT


def test_two_runs_at_once_show_one_input() -> None:
    model = event_data.InputsMixedUp()

    async def both() -> tuple[Any, Any]:
        one, two = model.astream_events("one"), model.astream_events("two")
        return await anext(one), await anext(two)

    assert [start["data"]["input"] for start in asyncio.run(both())] == ["two", "two"]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_failure_is_told_as_nothing(version: str) -> None:
    assert told(errors.EventErrorsSwallowed(), 42, version=version) == []
