"""What a parameter of a chat request means, and what is said of one that is wrong."""

from typing import Any

import httpx
import pytest

from llm_conformance.simulator import FORMATS, Asked, Simulator
from llm_conformance.simulator.formats import ProviderError
from llm_conformance.simulator.formats.asked import TEXT_ONLY
from simulator.answers import BODY
from simulator.asking import PARALLEL, flat, function, tools


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
