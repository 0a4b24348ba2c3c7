"""Each defect is present, shown without the suite. Here: event streams."""

from llm_zoo import event_data, event_fields, events
from zoo.callers import event_names, events_of


def test_each_stream_event_appears_twice() -> None:
    assert event_names(events_of(events.DuplicateStreamEvents(), "one two")) == ["start", *["stream"] * 4, "end"]


def test_the_start_appears_twice() -> None:
    assert event_names(events_of(events.StartEmittedTwice(), "one")) == ["start", "start", "stream", "end"]


def test_the_answer_is_repeated_as_a_stream_event() -> None:
    found = events_of(events.AnswerRepeatedAsStreamEvent(), "one two")

    assert [event["data"]["chunk"] for event in found[1:-1]] == ["one", " two", "one two"]


def test_tokens_carry_another_run_id() -> None:
    start, token, *_ = events_of(event_fields.ForeignRunId())

    assert start["run_id"] != token["run_id"]


def test_the_output_is_the_last_token() -> None:
    assert events_of(event_data.LastTokenAsOutput())[-1]["data"] == {"output": " sing."}
