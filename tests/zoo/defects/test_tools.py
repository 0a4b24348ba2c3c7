"""The defects of tools and their calls, without the suite."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_fixtures import AnswerEvent, golden
from llm_reference import AIMessage, HumanMessage, RunnablePassthrough, ToolMessage
from llm_zoo.chat_bound_calls import (
    BoundCallWithoutIdInStreams,
    BoundIdForEachFragment,
    BoundNameInEachFragment,
    CallHeldBack,
    CallMissingInChainEvents,
    CallMissingWhenNotStreamed,
)
from llm_zoo.chat_structured import (
    LastObjectMissing,
    LastObjectMissingInEvents,
    ObjectInPieces,
    ObjectWhenWhole,
)
from llm_zoo.chat_structured_forms import ClassWithoutEndInStreams, ParsedMissingInStreams, ParsedMissingOnLoops
from llm_zoo.chat_tool_choice import (
    ChoiceForgottenInStreams,
    NoCallForgottenOnLoops,
    NoCallNotSentInStreams,
    ParametersOfFunctionsNotSent,
)
from llm_zoo.chat_tools import (
    CallsLostInNextRequest,
    ResultSentAsText,
    ToolResultsRefused,
    ToolResultsRefusedOnLoops,
    ToolsSentByModelItself,
)
from zoo.callers import astreamed, events_of, streamed

WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}

SCHEMA = {"title": "get_weather", "type": "object", "properties": {"city": {"type": "string"}}}
TIME = {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}}}
LOOK_UP = {"title": "look_up", "type": "object", "properties": {"city": {}, "n": {}, "q": {}}}
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


def test_the_result_of_a_tool_is_sent_without_its_call() -> None:
    bodies: list[dict[str, Any]] = []

    class Recording(ResultSentAsText):
        def _body(self, *args: Any) -> bytes:
            bodies.append(json.loads(super()._body(*args)))
            raise ConnectionError

    made = AIMessage("", tool_calls=[{"name": "get_weather", "args": {}, "id": "call_1", "type": "tool_call"}])
    with pytest.raises(ConnectionError):
        streamed(Recording(url="http://localhost"), [HumanMessage("Look"), made, RESULT])

    assert [one["role"] for one in bodies[0]["messages"]] == ["user", "assistant", "user"]
    assert "call_1" not in str(bodies)


def test_the_last_object_of_a_stream_is_missing() -> None:
    model = LastObjectMissing(script=Pieces("chat-call")).with_structured_output(SCHEMA)

    assert model.invoke("hi") == {"city": "Oslo"}
    assert streamed(model)[-1] != {"city": "Oslo"}
    assert astreamed(model)[-1] != {"city": "Oslo"}


def test_an_object_comes_when_its_call_is_whole() -> None:
    model = ObjectWhenWhole(script=Pieces("chat-call")).with_structured_output(SCHEMA)

    assert streamed(model) == astreamed(model) == [{"city": "Oslo"}]


def test_an_object_of_a_stream_has_what_is_new_alone() -> None:
    model = ObjectInPieces(script=Pieces("chat-arguments-by-byte")).with_structured_output(LOOK_UP)

    for objects in (streamed(model), astreamed(model)):
        assert objects[-1] == model.invoke("hi")
        assert any("city" not in one for one in objects[:-1])


def test_the_last_object_is_missing_in_events_alone() -> None:
    model: Any = LastObjectMissingInEvents(script=Pieces("chat-call")).with_structured_output(SCHEMA)

    chunks = [event["data"]["chunk"] for event in events_of(model) if event["event"] == "on_chain_stream"]

    assert streamed(model)[-1] == model.invoke("hi") == {"city": "Oslo"}
    assert chunks[-1] != {"city": "Oslo"}


class Lookup:
    """What stands for a pydantic class: it takes its fields, and can be made without a check."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        return {**LOOK_UP, "title": cls.__name__}

    @classmethod
    def model_construct(cls, **fields: Any) -> "Lookup":
        return cls(**fields)


class look_up(Lookup):  # noqa: N801 - the name of the tool
    """Looks up."""


def test_an_object_of_a_class_lacks_its_last_field_in_streams() -> None:
    model = ClassWithoutEndInStreams(script=Pieces("chat-arguments-by-byte")).with_structured_output(look_up)

    whole = model.invoke("hi").fields

    assert len(whole) > 2
    assert [len(objects[-1].fields) for objects in (streamed(model), astreamed(model))] == [2, 2]


def test_a_stream_with_the_message_has_no_object() -> None:
    model = ParsedMissingInStreams(script=Pieces("chat-call")).with_structured_output(SCHEMA, include_raw=True)

    assert model.invoke("hi")["parsed"] == {"city": "Oslo"}
    assert {key for chunk in (*streamed(model), *astreamed(model)) for key in chunk} == {"raw"}


def test_an_answer_with_the_message_has_no_object_on_loops_alone() -> None:
    model = ParsedMissingOnLoops(script=Pieces("chat-call")).with_structured_output(SCHEMA, include_raw=True)

    assert model.invoke("hi")["parsed"] == astreamed(model)[-1]["parsed"] == {"city": "Oslo"}
    assert asyncio.run(model.ainvoke("hi"))["parsed"] is None


def test_the_choice_among_tools_is_forgotten_in_streams_alone() -> None:
    model = ChoiceForgottenInStreams().bind_tools([WEATHER, TIME], tool_choice="get_time")

    assert called(model, astreamed) == ["get_time"]
    assert called(model, streamed) == ["get_weather"]


def test_that_no_tool_may_be_called_is_forgotten_on_loops_alone() -> None:
    model = NoCallForgottenOnLoops().bind_tools([WEATHER, TIME], tool_choice="none")

    assert called(model, streamed) == []
    assert called(model, astreamed) == ["get_weather"]


def called(model: Any, read: Any) -> list[str]:
    """The names of the tools that a stream calls."""
    first, *others = read(model)
    return [call["name"] for call in (first.__add__(others)).tool_calls]


def test_that_no_tool_may_be_called_is_not_sent_in_streams() -> None:
    bodies: list[Any] = []

    class Recording(NoCallNotSentInStreams):
        def _body(self, *args: Any) -> bytes:
            bodies.append(json.loads(super()._body(*args)))
            raise ConnectionError

    model = Recording(url="http://localhost").bind_tools([WEATHER, TIME], tool_choice="none")
    for read in (streamed, astreamed):
        with pytest.raises(ConnectionError):
            read(model)

    assert [body.get("tool_choice") for body in bodies] == [None, "none"]


def test_the_parameters_of_a_function_are_not_sent() -> None:
    def get_weather(city: str) -> str:
        """The weather."""
        return city

    model: Any = ParametersOfFunctionsNotSent(url="http://localhost")
    of_function, of_dict = model.bind_tools([get_weather, WEATHER]).kwargs["tools"]

    assert of_function["function"]["parameters"]["properties"] == {}
    assert of_dict == WEATHER


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


def test_a_stream_loses_the_id_of_a_bound_call() -> None:
    model = BoundCallWithoutIdInStreams().bind_tools([WEATHER])

    ids = [fragment["id"] for chunk in streamed(model, "hi ho") for fragment in chunk.tool_call_chunks]
    assert model.invoke("hi ho").tool_calls[0]["id"]
    assert set(ids) == {None}


def test_a_bound_tool_is_called_by_the_wrong_name_or_by_none() -> None:
    repeated, nameless = (
        model().bind_tools([WEATHER]).invoke("hi ho") for model in (BoundNameInEachFragment, BoundIdForEachFragment)
    )

    assert repeated.tool_calls[0]["name"].startswith("get_weatherget_weather")
    assert "" in [call["name"] for call in nameless.tool_calls]
