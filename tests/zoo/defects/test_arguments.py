"""Each defect is present, shown without the suite. Here: a call changes what the caller has passed to it."""

import asyncio
from copy import deepcopy
from typing import Any

from llm_zoo.batch import MessagesMutatedInAbatch
from llm_zoo.chat_structured import SchemaChangedInPlace
from llm_zoo.chat_tools import ToolsChangedInPlace
from llm_zoo.config import ConfigMutated, HandlerAddedToConfig, MessagesMutatedInEvents
from llm_zoo.stop import StopListMutated
from zoo.callers import events_of

TURNS = [("human", "Is it deep?"), ("ai", "Nine metres."), ("human", "And where?")]
SCHEMA = {"title": "Weather", "description": "of a city", "type": "object", "properties": {"city": {"type": "string"}}}


def test_the_stop_list_grows() -> None:
    stop = ["."]
    StopListMutated().invoke("hi", stop=stop)
    assert stop == [".", "</s>"]


def test_a_tag_is_added_to_those_of_the_caller() -> None:
    tags = ["t"]
    ConfigMutated().invoke("hi", {"tags": tags})
    assert tags == ["t", "echo"]


def test_a_handler_is_added_to_those_of_the_caller() -> None:
    handlers: list[Any] = []
    HandlerAddedToConfig().invoke("hi", {"callbacks": handlers})
    assert len(handlers) == 1


def test_a_batch_puts_a_message_into_each_conversation() -> None:
    turns = deepcopy(TURNS)
    asyncio.run(MessagesMutatedInAbatch().abatch([turns]))
    assert turns == [("system", "Be brief."), *TURNS]


def test_events_take_the_question_out_of_a_conversation() -> None:
    turns = deepcopy(TURNS)
    events_of(MessagesMutatedInEvents(), turns)
    assert turns == TURNS[:-1]


def test_the_tools_get_a_field() -> None:
    tool: dict[str, Any] = {"type": "function", "function": {"name": "weather", "parameters": deepcopy(SCHEMA)}}
    ToolsChangedInPlace().bind_tools([tool])
    assert tool["function"]["strict"]


def test_the_schema_loses_its_title() -> None:
    schema = deepcopy(SCHEMA)
    SchemaChangedInPlace().with_structured_output(schema)
    assert "title" not in schema
