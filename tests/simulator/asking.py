"""Parameters of a chat request, in each format, and the names of the calls that the answer has."""

from typing import Any

from llm_fixtures import golden
from simulator.answers import ask, documents, raw

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
