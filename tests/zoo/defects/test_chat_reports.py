"""Each defect is present, shown without the suite. Here: events and callback handlers of chat models."""

from typing import Any

import pytest

from llm_zoo import chat_callbacks, chat_events
from zoo.messages import calls, handled, stream_total, total_of_events


def parts(message: Any) -> dict[str, Any]:
    """The parts of a message in a form that can be compared."""
    usage = message.usage_metadata
    return {
        "calls": [name for name, _ in calls(message)],
        "reasoning": message.additional_kwargs.get("reasoning_content"),
        "input tokens": usage and usage["input_tokens"],
    }


RIGHT: dict[str, Any] = {"calls": ["get_weather", "get_time"], "reasoning": "Where is it?", "input tokens": 5}
NOTHING: dict[str, Any] = {"calls": [], "reasoning": None, "input tokens": None}


@pytest.mark.parametrize(
    ("model", "streamed", "end"),
    [
        (chat_events.StreamEventsWithoutCalls, {"calls": []}, {}),
        (chat_events.EndEventWithoutCalls, {}, {"calls": []}),
        (chat_events.EndEventWithLastCall, {}, {"calls": ["get_time"]}),
        (chat_events.EndEventWithoutUsage, {}, {"input tokens": None}),
        (chat_events.StreamEventsDoubleUsage, {"input tokens": 10}, {}),
        (chat_events.StreamEventsWithoutReasoning, {"reasoning": None}, {}),
        (chat_events.EndEventWithoutReasoning, {}, {"reasoning": None}),
        (chat_events.StreamEventsOfTextAlone, NOTHING, {}),
    ],
)
def test_events_have_the_wrong_messages(model: type[Any], streamed: dict[str, Any], end: dict[str, Any]) -> None:
    assert parts(stream_total(model())) == RIGHT
    assert [*map(parts, total_of_events(model()))] == [{**RIGHT, **streamed}, {**RIGHT, **end}]


@pytest.mark.parametrize(
    ("model", "tokens", "end"),
    [
        (chat_callbacks.HandlersGetNoFragments, {"calls": []}, {}),
        (chat_callbacks.HandlersGetEndWithoutCalls, {}, {"calls": []}),
        (chat_callbacks.HandlersGetNoUsage, {}, {"input tokens": None}),
        (chat_callbacks.HandlersGetOutputTokensAlone, {}, {"input tokens": 0}),
        (chat_callbacks.HandlersGetNoReasoning, {"reasoning": None}, {}),
        (chat_callbacks.HandlersGetEndWithoutReasoning, {}, {"reasoning": None}),
        (chat_callbacks.HandlersGetTextAlone, NOTHING, NOTHING),
    ],
)
def test_handlers_get_the_wrong_messages(model: type[Any], tokens: dict[str, Any], end: dict[str, Any]) -> None:
    assert parts(stream_total(model())) == RIGHT
    assert [*map(parts, handled(model()))] == [{**RIGHT, **tokens}, {**RIGHT, **end}]
