"""The defects of tools and their calls, without the suite."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_fixtures import AnswerEvent, golden
from llm_reference import AIMessage, HumanMessage, RunnablePassthrough, ToolMessage
from llm_zoo.chat_tools import (
    CallHeldBack,
    CallMissingInChainEvents,
    CallMissingWhenNotStreamed,
    CallsLostInNextRequest,
    LastObjectMissing,
    ObjectWhenWhole,
    ToolResultsRefused,
    ToolResultsRefusedOnLoops,
    ToolsSentByModelItself,
)
from zoo.callers import astreamed, events_of, streamed

WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}

SCHEMA = {"title": "get_weather", "type": "object", "properties": {"city": {"type": "string"}}}
RESULT = ToolMessage("It rains.", tool_call_id="call_1")


class Pieces:
    """A script that answers with the pieces of a golden stream, and counts them."""

    def __init__(self, name: str) -> None:
        self.sent = 0
        self._events = golden(name).events()

    async def aplay_events(self, prompt: str, stop: Any = None) -> AsyncIterator[AnswerEvent]:
        for event in self.play_events(prompt, stop):
            yield event

    def play_events(self, _prompt: str, _stop: Any = None) -> Iterator[AnswerEvent]:
        for event in self._events:
            self.sent += 1
            yield event


def test_no_fragment_of_a_call_arrives_before_the_call_is_whole() -> None:
    script = Pieces("chat-call")
    stream = CallHeldBack(script=script).stream("hi")

    first = next(stream)

    assert first.tool_call_chunks[0]["name"] == "get_weather"
    assert script.sent > len(golden("chat-call").pieces)


def test_the_model_itself_sends_the_tools_of_a_binding() -> None:
    model = ToolsSentByModelItself(url="http://localhost")
    before = json.loads(model._body([HumanMessage("hi")], None, {}))

    model.bind_tools([WEATHER])
    after = json.loads(model._body([HumanMessage("hi")], None, {}))

    assert "tools" not in before
    assert after["tools"] == [WEATHER]


def test_the_result_of_a_tool_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown roles"):
        ToolResultsRefused(script=Pieces("chat-refusal")).invoke([("human", "hi"), RESULT])


def test_the_result_of_a_tool_is_refused_on_loops_alone() -> None:
    model = ToolResultsRefusedOnLoops(script=Pieces("chat-refusal"))

    assert streamed(model, [RESULT])
    with pytest.raises(ValueError, match="unknown role"):
        astreamed(model, [RESULT])


def test_the_calls_of_earlier_messages_are_not_sent_on_loops() -> None:
    bodies: list[bytes] = []

    class Recording(CallsLostInNextRequest):
        def _body(self, *args: Any) -> bytes:
            bodies.append(super()._body(*args))
            raise ConnectionError

    made = AIMessage("", tool_calls=[{"name": "get_weather", "args": {}, "id": "call_1", "type": "tool_call"}])
    model = Recording(url="http://localhost")
    for call in (streamed, astreamed):
        with pytest.raises(ConnectionError):
            call(model, [made, RESULT])

    assert [b"get_weather" in body for body in bodies] == [True, False]


def test_the_last_object_of_a_stream_is_missing() -> None:
    model = LastObjectMissing(script=Pieces("chat-call")).with_structured_output(SCHEMA)

    assert model.invoke("hi") == {"city": "Oslo"}
    assert streamed(model)[-1] != {"city": "Oslo"}
    assert astreamed(model)[-1] != {"city": "Oslo"}


def test_an_object_comes_when_its_call_is_whole() -> None:
    model = ObjectWhenWhole(script=Pieces("chat-call")).with_structured_output(SCHEMA)

    assert streamed(model) == astreamed(model) == [{"city": "Oslo"}]


def test_the_events_of_a_chain_have_no_call() -> None:
    chain: Any = RunnablePassthrough() | CallMissingInChainEvents(script=Pieces("chat-call"))

    events = [event for event in events_of(chain) if event["event"] == "on_chat_model_stream"]

    assert events
    assert not any(event["data"]["chunk"].tool_call_chunks for event in events)


def test_a_stream_that_is_disabled_has_no_call() -> None:
    model = CallMissingWhenNotStreamed(script=Pieces("chat-call"))

    assert any(chunk.tool_call_chunks for chunk in streamed(model))
    model.disable_streaming = True
    assert not any(chunk.tool_call_chunks for chunk in streamed(model))
