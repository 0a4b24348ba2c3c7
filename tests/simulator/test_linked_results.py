"""A request whose result of a tool names a call in it, in each format in which calls have ids."""

from typing import Any

import pytest

from llm_conformance.simulator.formats.linked_results import results_are_linked

TOOLS = [{"name": "look"}]


def chat(called: str, named: str) -> dict[str, Any]:
    call = {"id": called, "type": "function", "function": {"name": "look", "arguments": "{}"}}
    result = {"role": "tool", "tool_call_id": named, "content": "rain"}
    return {"messages": [{"role": "assistant", "tool_calls": [call]}, result], "tools": TOOLS}


def anthropic(called: str, named: str) -> dict[str, Any]:
    call = {"type": "tool_use", "id": called, "name": "look", "input": {"id": "x"}}
    result = {"type": "tool_result", "tool_use_id": named, "content": "rain"}
    return {
        "messages": [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}],
        "tools": TOOLS,
    }


def responses(called: str, named: str) -> dict[str, Any]:
    call = {"type": "function_call", "id": "fc_1", "call_id": called, "name": "look", "arguments": "{}"}
    result = {"type": "function_call_output", "call_id": named, "output": "rain"}
    return {"input": [call, result], "tools": TOOLS}


FORMATS: list[Any] = [("openai-chat", chat), ("anthropic-messages", anthropic), ("openai-responses", responses)]


@pytest.mark.parametrize(("form", "request_of"), FORMATS)
def test_a_result_names_a_call_of_the_request(form: str, request_of: Any) -> None:
    assert results_are_linked(form, request_of("call_a", "call_a"), "{}") is True
    assert results_are_linked(form, request_of("call_a", "call_b"), "{}") is False


@pytest.mark.parametrize(("form", "request_of"), FORMATS)
def test_without_tools_nothing_is_linked(form: str, request_of: Any) -> None:
    assert results_are_linked(form, {**request_of("call_a", "call_a"), "tools": []}, "{}") is None


def test_calls_have_no_ids_in_ollamas_format() -> None:
    assert results_are_linked("ollama-chat", chat("a", "b"), "{}") is None


@pytest.mark.parametrize("form", ["openai-chat", "anthropic-messages", "openai-responses"])
def test_a_call_and_its_result_may_both_be_text(form: str) -> None:
    result = {"role": "user", "content": "look says: rain"}
    call = {"role": "assistant", "content": 'look({"city": "Oslo"})'}
    assert results_are_linked(form, {"messages": [call, result], "tools": TOOLS}, "Oslo") is None
    assert results_are_linked(form, {"messages": [result], "tools": TOOLS}, "Oslo") is False
