"""The inputs that a model accepts."""

from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    get_buffer_string,
)
from langchain_core.prompts import ChatPromptTemplate, PromptTemplate

import llm_reference.messages.conversion
from llm_reference import OneChunkLLM

ECHO = OneChunkLLM()


@pytest.mark.parametrize(
    ("value", "prompt"),
    [
        ("hi", "hi"),
        ("", ""),
        ([("system", "s"), ("human", "hi")], "System: s\nHuman: hi"),
        ([("user", "hi"), ("assistant", "yes")], "Human: hi\nAI: yes"),
        ([{"role": "user", "content": "hi"}], "Human: hi"),
        (["hi"], "Human: hi"),
        ([SimpleNamespace(type="human", content="hi")], "Human: hi"),
        ([SimpleNamespace(type="human", content=["h", {"type": "text", "text": "i"}, {"type": "image"}])], "Human: hi"),
        (SimpleNamespace(to_string=lambda: "hi"), "hi"),
        ([SystemMessage("s"), HumanMessage("hi"), AIMessage("yes")], "System: s\nHuman: hi\nAI: yes"),
        (PromptTemplate.from_template("say {word}").invoke({"word": "hi"}), "say hi"),
        (ChatPromptTemplate([("system", "s"), ("human", "{q}")]).invoke({"q": "hi"}), "System: s\nHuman: hi"),
    ],
)
def test_text_messages_and_prompt_values_become_one_text(value: Any, prompt: str) -> None:
    assert ECHO.invoke(value) == prompt


@pytest.mark.parametrize("value", [42, None, b"hi", {"role": "user"}, object(), {"hi"}])
def test_any_other_input_raises(value: Any) -> None:
    with pytest.raises(ValueError, match="input: expected text, a list of messages or a prompt value, got "):
        ECHO.invoke(value)


@pytest.mark.parametrize("message", [42, ("unknown", "hi"), ("human", 42), ("human", "hi", "more"), {"content": "hi"}])
def test_a_message_without_a_role_or_a_text_raises(message: Any) -> None:
    with pytest.raises(ValueError, match="message: expected a role of system, developer, human, "):
        ECHO.invoke([message])


ASKED: list[Any] = [
    HumanMessage("q"),
    AIMessage("x", tool_calls=[{"name": "f", "args": {"a": 1}, "id": "1"}]),
    ToolMessage("r", tool_call_id="1"),
    AIMessageChunk(content="a"),
    AIMessage([{"type": "reasoning", "reasoning": "r"}, {"type": "text", "text": "t"}]),
]


def test_a_conversation_with_calls_is_the_text_that_langchain_core_makes_of_it() -> None:
    assert ECHO.invoke(ASKED) == get_buffer_string(ASKED)


def test_a_chat_model_takes_the_messages_of_langchain_core() -> None:
    asked, calls = llm_reference.messages.conversion.to_messages(ASKED)[1:3]

    assert asked == llm_reference.AIMessage(
        "x", tool_calls=[{"name": "f", "args": {"a": 1}, "id": "1", "type": "tool_call"}]
    )
    assert calls == llm_reference.ToolMessage("r", tool_call_id="1")
