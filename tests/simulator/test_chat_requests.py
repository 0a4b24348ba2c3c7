"""What a chat request may ask for, and that an answer has nothing else, without a network."""

import json
from typing import Any

import httpx
import pytest

from llm_conformance.simulator import FORMATS, Asked, Case, Simulator
from llm_conformance.simulator.formats import ProviderError
from llm_conformance.simulator.formats.asked import TEXT_ONLY
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import respond
from llm_fixtures import golden
from simulator.answers import BODY, ask, documents, raw

CHAT = ("openai-chat", "openai-responses", "anthropic-messages", "gemini", "ollama-chat")
PARALLEL = golden("chat-parallel-calls")
ALL_TOOLS = ("get_weather", "get_time")


def function(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


def flat(name: str) -> dict[str, Any]:
    """A function as the responses API has it."""
    return {"type": "function", "name": name}


def tools(form: str, *names: str) -> dict[str, Any]:
    """The parameter that binds these tools."""
    if form == "openai-responses":
        return {"tools": [flat(name) for name in names]}
    if form == "anthropic-messages":
        return {"tools": [{"name": name, "input_schema": {"type": "object"}} for name in names]}
    if form == "gemini":
        return {"tools": [{"functionDeclarations": [{"name": name} for name in names]}]}
    return {"tools": [function(name) for name in names]}


def calling(mode: Any, *allowed: str) -> dict[str, Any]:
    """Gemini's choice among functions."""
    return {"functionCallingConfig": {"mode": mode, **({"allowedFunctionNames": [*allowed]} if allowed else {})}}


def called(form: str, **body: Any) -> list[str]:
    """The names of the calls in the answer, streamed and not, which must be the same."""
    if form == "openai-responses":
        streamed_names, whole_names = (_called_by_response(body, streamed=way) for way in (True, False))
        assert streamed_names == whole_names
        return whole_names
    whole = b"".join(raw(ask(form, PARALLEL, stream=False, **body))).decode()
    streamed = b"".join(raw(ask(form, PARALLEL, stream=True, **body))).decode()
    names = [sorted(_names(text)) for text in (whole, streamed)]
    assert names[0] == names[1]
    return names[0]


def _names(text: str) -> list[str]:
    return [name for name in ALL_TOOLS for _ in range(text.count(f'"name":"{name}"'))]


def _called_by_response(body: dict[str, Any], *, streamed: bool) -> list[str]:
    """The names of the calls in a response, which repeats its tools."""
    *_, last = documents(ask("openai-responses", PARALLEL, stream=streamed, **body))
    response = last["response"] if streamed else last
    return sorted(item["name"] for item in response["output"] if item["type"] == "function_call")


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


@pytest.mark.parametrize(
    ("form", "body", "message"),
    [
        ("openai-chat", {"tools": {}}, "'tools' must be an array of objects, got an object"),
        ("openai-chat", {"tools": ["a"]}, "'tools' must be an array of objects, got a string"),
        ("openai-chat", {"tools": [{"type": "search"}]}, "'tools[0].type' must be one of 'function', 'custom', got"),
        ("openai-chat", {"tools": [{"type": "function"}]}, "'tools[0].function' is missing"),
        ("openai-chat", {"tools": [function("a"), {"function": {}}]}, "'tools[1].function.name' is missing"),
        ("openai-chat", {"tool_choice": "auto"}, "'tool_choice' is only allowed when 'tools' are specified"),
        ("openai-chat", {"tool_choice": "must"}, "'tool_choice' must be one of 'none', 'auto', 'required', 'any', got"),
        ("openai-chat", {"tool_choice": 1}, "'tool_choice' must be a string or an object, got an integer"),
        (
            "openai-chat",
            {"tools": [function("a")], "tool_choice": function("b")},
            "'tool_choice' names the tool 'b', which is not in 'tools'; bound: 'a'",
        ),
        ("openai-chat", {"tool_choice": function("b")}, "which is not in 'tools'; bound: none"),
        ("openai-chat", {"parallel_tool_calls": "no"}, "'parallel_tool_calls' must be a boolean, got a string"),
        ("openai-chat", {"response_format": "json"}, "'response_format' must be an object, got a string"),
        ("openai-chat", {"response_format": {"type": "xml"}}, "'response_format.type' must be one of 'text', "),
        (
            "openai-chat",
            {"response_format": {"type": "json_schema", "json_schema": {}}},
            "'response_format.json_schema.name' is missing",
        ),
        ("openai-responses", {"tools": [function("a")]}, "'tools[0].name' is missing"),
        ("openai-responses", {"tools": [{"name": "a"}]}, "'tools[0].type' is missing"),
        ("openai-responses", {"tool_choice": "any"}, "'tool_choice' must be one of 'none', 'auto', 'required', got"),
        ("openai-responses", {"tool_choice": "required"}, "'tool_choice' requires a tool, and 'tools' is missing"),
        ("openai-responses", {"tool_choice": flat("b")}, "which is not in 'tools'; bound: none"),
        ("openai-responses", {"reasoning": {"summary": "long"}}, "'reasoning.summary' must be one of 'auto', "),
        ("openai-responses", {"text": {"format": {"type": "xml"}}}, "'text.format.type' must be one of 'text', "),
        (
            "openai-responses",
            {"text": {"format": {"type": "json_schema", "name": "n"}}},
            "'text.format.schema' is missing",
        ),
        ("anthropic-messages", {"tools": [{"name": "a"}]}, "'tools[0].input_schema' is missing"),
        ("anthropic-messages", {"tools": [{"input_schema": {}}]}, "'tools[0].name' is missing"),
        ("anthropic-messages", {"tool_choice": {"type": "any"}}, "'tool_choice' may only be specified while providing"),
        ("anthropic-messages", {"tool_choice": {"type": "all"}}, "'tool_choice.type' must be one of 'auto', 'any', "),
        (
            "anthropic-messages",
            {**tools("anthropic-messages", "a"), "tool_choice": {"type": "tool", "name": "b"}},
            "'tool_choice' names the tool 'b', which is not in 'tools'; bound: 'a'",
        ),
        ("anthropic-messages", {"thinking": {"type": "on"}}, "'thinking.type' must be one of 'enabled', 'adaptive', "),
        ("anthropic-messages", {"thinking": {"type": "enabled"}}, "'thinking.budget_tokens' is missing"),
        (
            "anthropic-messages",
            {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 1024},
            "'thinking.budget_tokens' must be at least 1024 and less than 'max_tokens' (1024), got 1024",
        ),
        ("ollama-chat", {"think": "a lot"}, "'think' must be one of 'low', 'medium', 'high', got 'a lot'"),
        ("ollama-chat", {"think": 1}, "'think' must be a boolean or a string, got an integer"),
        ("ollama-chat", {"format": "xml"}, "'format' must be one of 'json', got 'xml'"),
        ("ollama-chat", {"format": []}, "'format' must be 'json' or an object, got an array"),
    ],
)
def test_an_invalid_parameter_is_an_error_in_one_line_with_its_name(
    form: str, body: dict[str, Any], message: str
) -> None:
    with pytest.raises(ProviderError) as raised:
        FORMATS[form].read({**BODY, **body})

    assert message in raised.value.message
    assert "\n" not in raised.value.message
    assert raised.value.status == 400


@pytest.mark.parametrize(
    ("form", "body", "asked"),
    [
        ("openai-completions", {}, TEXT_ONLY),
        (
            "openai-chat",
            {
                **tools("openai-chat", "a", "b"),
                "tool_choice": function("b"),
                "parallel_tool_calls": False,
                "response_format": {"type": "json_object"},
            },
            Asked(("a", "b"), "required", ("b",), several_calls=False, reasoning=True, response_format="json_object"),
        ),
        (
            "openai-responses",
            {
                **tools("openai-responses", "a", "b"),
                "tool_choice": flat("b"),
                "parallel_tool_calls": False,
                "reasoning": {"summary": "auto"},
                "text": {"format": {"type": "json_schema", "name": "n", "schema": {}}},
            },
            Asked(("a", "b"), "required", ("b",), several_calls=False, reasoning=True, response_format="json_schema"),
        ),
        (
            "anthropic-messages",
            {
                **tools("anthropic-messages", "a", "b"),
                "tool_choice": {"type": "tool", "name": "b"},
                "thinking": {"type": "adaptive"},
                "output_config": {"format": {"type": "json_schema", "schema": {}}},
            },
            Asked(("a", "b"), "required", ("b",), reasoning=True, response_format="json_schema"),
        ),
        (
            "ollama-chat",
            {**tools("ollama-chat", "a"), "think": True, "format": {"type": "object"}},
            Asked(("a",), reasoning=True, response_format="json_schema"),
        ),
        (
            "gemini",
            {
                "tools": {"function_declarations": {"name": "a"}},
                "tool_config": {"function_calling_config": {"mode": 2, "allowed_function_names": ["a"]}},
                "generation_config": {
                    "thinking_config": {"include_thoughts": True},
                    "response_mime_type": "application/json",
                    "response_json_schema": {"type": "object"},
                },
            },
            Asked(("a",), "required", ("a",), reasoning=True, response_format="json_schema"),
        ),
    ],
)
def test_the_log_keeps_what_was_asked_in_one_form(form: str, body: dict[str, Any], asked: Asked) -> None:
    with Simulator() as simulator:
        served = simulator.play(PARALLEL)
        httpx.post(f"{served.url}{FORMATS[form].stream_path()}", json={**BODY, **body}).raise_for_status()
        (request,) = served.wait_settled()

    assert request.asked == asked


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
