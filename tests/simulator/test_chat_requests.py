"""What a chat request may ask for, and that an answer has nothing else, without a network."""

import json
from typing import Any

import pytest

from llm_conformance.simulator import FORMATS, Case
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import respond
from llm_fixtures import golden
from simulator.answers import BODY, ask, documents, raw
from simulator.asking import ALL_TOOLS, CHAT, PARALLEL, called, calling, flat, function, tools


@pytest.mark.parametrize("form", CHAT)
def test_without_tools_there_is_no_call_and_the_answer_just_stops(form: str) -> None:
    assert called(form) == []
    *_, last = documents(ask(form, PARALLEL, stream=False))
    reason = {
        "openai-chat": lambda: last["choices"][0]["finish_reason"],
        "openai-responses": lambda: last["status"],
        "anthropic-messages": lambda: last["stop_reason"],
        "gemini": lambda: last["candidates"][0]["finishReason"],
        "ollama-chat": lambda: last["done_reason"],
    }
    assert reason[form]() in ("stop", "end_turn", "completed", "STOP")


@pytest.mark.parametrize("form", CHAT)
def test_only_tools_that_are_bound_are_called(form: str) -> None:
    assert called(form, **tools(form, *ALL_TOOLS)) == ["get_time", "get_weather", "get_weather"]
    assert called(form, **tools(form, "get_time")) == ["get_time"]
    assert called(form, **tools(form, "other")) == []
    assert called(form, tools=[]) == []


@pytest.mark.parametrize(
    ("form", "choice", "names"),
    [
        ("openai-chat", "none", []),
        ("openai-chat", "auto", ["get_time", "get_weather", "get_weather"]),
        ("openai-chat", "required", ["get_time", "get_weather", "get_weather"]),
        ("openai-chat", "any", ["get_time", "get_weather", "get_weather"]),
        ("openai-chat", function("get_time"), ["get_time"]),
        (
            "openai-chat",
            {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [function("get_time")]}},
            ["get_time"],
        ),
        ("openai-responses", "none", []),
        ("openai-responses", "required", ["get_time", "get_weather", "get_weather"]),
        ("openai-responses", flat("get_time"), ["get_time"]),
        ("openai-responses", {"type": "allowed_tools", "mode": "auto", "tools": [flat("get_time")]}, ["get_time"]),
        ("openai-responses", {"type": "web_search"}, []),
        ("anthropic-messages", {"type": "none"}, []),
        ("anthropic-messages", {"type": "any"}, ["get_time", "get_weather", "get_weather"]),
        ("anthropic-messages", {"type": "any", "disable_parallel_tool_use": True}, ["get_weather"]),
        ("anthropic-messages", {"type": "tool", "name": "get_time"}, ["get_time"]),
        ("gemini", calling("AUTO"), ["get_time", "get_weather", "get_weather"]),
        ("gemini", calling("NONE"), []),
        ("gemini", calling(3), []),
        ("gemini", calling("ANY", "get_time"), ["get_time"]),
        ("gemini", calling("VALIDATED", "get_time"), ["get_time"]),
    ],
)
def test_a_tool_choice_is_honoured(form: str, choice: Any, names: list[str]) -> None:
    parameter = "toolConfig" if form == "gemini" else "tool_choice"
    assert called(form, **tools(form, *ALL_TOOLS), **{parameter: choice}) == names


def test_calls_that_are_left_are_counted_from_0() -> None:
    body = tools("openai-chat", *ALL_TOOLS) | {"tool_choice": function("get_time")}

    parts = [
        part
        for chunk in documents(ask("openai-chat", PARALLEL, **body))
        for choice in chunk["choices"]
        for part in choice["delta"].get("tool_calls", ())
    ]

    assert {part["index"] for part in parts} == {0}


@pytest.mark.parametrize("form", ["openai-chat", "openai-responses"])
def test_one_call_is_sent_if_no_more_are_allowed(form: str) -> None:
    assert called(form, **tools(form, *ALL_TOOLS), parallel_tool_calls=False) == ["get_weather"]


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_a_summary_of_reasoning_is_sent_if_it_is_asked_for_and_its_tokens_are_counted(stream: Any) -> None:
    reasoning = golden("chat-usage-details")

    for asking, items in (({}, 1), ({"effort": "low"}, 1), ({"summary": "auto"}, 2)):
        *_, last = documents(ask("openai-responses", reasoning, stream=stream, reasoning=asking))
        response = last["response"] if stream else last
        assert len(response["output"]) == items
        assert response["usage"]["output_tokens_details"] == {"reasoning_tokens": 2}


@pytest.mark.parametrize(
    ("form", "asking"), [("anthropic-messages", {"thinking": {"type": "adaptive"}}), ("ollama-chat", {"think": "low"})]
)
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_reasoning_is_sent_only_if_it_is_asked_for(form: str, asking: dict[str, Any], stream: Any) -> None:
    reasoning = golden("chat-reasoning-then-text")

    unasked, asked = (b"".join(raw(ask(form, reasoning, stream=stream, **body))) for body in ({}, asking))

    assert (b"thinking" in unasked, b"thinking" in asked) == (False, True)


def test_thinking_that_is_disabled_is_not_asked_for() -> None:
    for form, body in (("anthropic-messages", {"thinking": {"type": "disabled"}}), ("ollama-chat", {"think": False})):
        assert b"thinking" not in b"".join(raw(ask(form, golden("chat-reasoning-then-text"), **body)))


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in CHAT])
def test_a_format_of_text_sends_the_text_alone(form: str) -> None:
    body = b"".join(raw(ask(form, golden("chat-text-then-call"))))

    assert b"look" in body
    assert b"weather" not in body
    assert b"tool" not in body


def test_a_stop_text_ends_the_answer_and_the_call_before_it_is_kept() -> None:
    stream = golden("chat-call-then-text")

    answers = [
        documents(ask("openai-chat", stream, stream=False, stop=stop, **tools("openai-chat", "get_weather")))
        for stop in ("I", "looking")
    ]

    messages = [answer["choices"][0]["message"] for (answer,) in answers]
    assert [message["content"] for message in messages] == [None, "I am "]
    assert all(message["tool_calls"][0]["function"]["arguments"] == '{"city": "Oslo"}' for message in messages)


OPENAI_LOOP = [
    {"role": "user", "content": "first"},
    {"role": "assistant", "content": None, "tool_calls": []},
    {"role": "tool", "tool_call_id": "call_a", "content": "cold"},
    {"role": "tool", "tool_call_id": "call_b", "content": "second"},
]
RESPONSES_LOOP = [
    {"role": "user", "content": [{"type": "input_text", "text": "first"}]},
    {"type": "reasoning", "id": "rs_1", "summary": []},
    {"type": "function_call", "call_id": "call_a", "name": "get_weather", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "call_a", "output": "cold"},
    {"type": "function_call_output", "call_id": "call_b", "output": [{"type": "input_text", "text": "second"}]},
]
ANTHROPIC_LOOP = [
    {"role": "user", "content": "first"},
    {"role": "assistant", "content": []},
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "call_a", "content": "cold"},
            {"type": "tool_result", "tool_use_id": "call_b", "content": [{"type": "text", "text": "second"}]},
        ],
    },
]


GEMINI_LOOP = [
    {"role": "user", "parts": [{"text": "first"}]},
    {"role": "model", "parts": [{"functionCall": {"name": "get_weather", "args": {}}}]},
    {
        "role": "user",
        "parts": [
            {"functionResponse": {"name": "get_weather", "response": {"output": "cold"}}},
            {"functionResponse": {"name": "get_time", "response": {"output": ["second"]}}},
        ],
    },
]


@pytest.mark.parametrize(
    ("form", "messages"),
    [
        ("openai-chat", OPENAI_LOOP),
        ("openai-responses", RESPONSES_LOOP),
        ("anthropic-messages", ANTHROPIC_LOOP),
        ("gemini", GEMINI_LOOP),
        ("ollama-chat", OPENAI_LOOP),
    ],
)
def test_the_results_of_tools_may_select_another_case(form: str, messages: list[Any]) -> None:
    first, second = (Case(nonce=nonce, golden=golden("plain-ascii"), format=form) for nonce in ("first", "second"))
    content = json.dumps({**BODY, "messages": messages, "input": messages, "contents": messages}).encode()
    head = Head("POST", FORMATS[form].stream_path().partition("?")[0], {})

    both = respond(head, content, RegisteredCases((first, second)), 1)
    only = respond(head, content, RegisteredCases((first,)), 1)

    assert (both.nonces, both.prompts) == (("second",), ("cold\nsecond",))
    assert (only.nonces, only.prompts) == (("first",), ("first",))
