"""The request that a client sends for everything that a golden stream has, in each format."""

from collections.abc import Callable, Iterable
from typing import Any

from llm_fixtures import Golden

_MOST_TOKENS = 4096
_STREAMED = {"model": "m", "stream": True}
_USAGE = {"stream_options": {"include_usage": True}}


def request_for(form: str, golden: Golden) -> dict[str, Any]:
    """The body of a streaming request in this format: the prompt, the tools that the answer calls, and reasoning."""
    if form not in _BODIES:
        raise ValueError(f"no request is known for the format {form!r}")
    return _BODIES[form](golden, sorted({call.name for call in golden.calls}))


def _completions(golden: Golden, names: list[str]) -> dict[str, Any]:  # noqa: ARG001 - the format has no tools
    return {**_STREAMED, "prompt": golden.prompt, "max_tokens": _MOST_TOKENS, **_USAGE}


def _chat(golden: Golden, names: list[str]) -> dict[str, Any]:
    return {**_STREAMED, **_messages(golden), **_bound(_functions(names)), **_USAGE}


def _responses(golden: Golden, names: list[str]) -> dict[str, Any]:
    tools = [{"type": "function", "strict": False, **tool["function"]} for tool in _functions(names)]
    return {**_STREAMED, "input": golden.prompt, **_bound(tools), **_if_reasoning(golden, "reasoning", summary="auto")}


def _anthropic(golden: Golden, names: list[str]) -> dict[str, Any]:
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in names]
    thinking = _if_reasoning(golden, "thinking", type="adaptive")
    return {**_STREAMED, **_messages(golden), "max_tokens": _MOST_TOKENS, **_bound(tools), **thinking}


def _ollama(golden: Golden, names: list[str]) -> dict[str, Any]:  # noqa: ARG001 - as above
    return {**_STREAMED, "prompt": golden.prompt}


def _ollama_chat(golden: Golden, names: list[str]) -> dict[str, Any]:
    thinking = {"think": True} if golden.reasoning else {}
    return {**_STREAMED, **_messages(golden), **_bound(_functions(names)), **thinking}


def _tgi(golden: Golden, names: list[str]) -> dict[str, Any]:  # noqa: ARG001 - as above
    return {"inputs": golden.prompt, "stream": True, "parameters": {"details": True}}


_BODIES: dict[str, Callable[[Golden, list[str]], dict[str, Any]]] = {
    "openai-completions": _completions,
    "openai-chat": _chat,
    "openai-responses": _responses,
    "anthropic-messages": _anthropic,
    "ollama-generate": _ollama,
    "ollama-chat": _ollama_chat,
    "tgi": _tgi,
}


def _messages(golden: Golden) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": golden.prompt}]}


def _if_reasoning(golden: Golden, name: str, **how: str) -> dict[str, Any]:
    return {name: how} if golden.reasoning else {}


def _functions(names: Iterable[str]) -> list[dict[str, Any]]:
    parameters = {"type": "object", "properties": {}}
    return [{"type": "function", "function": {"name": name, "parameters": parameters}} for name in names]


def _bound(tools: list[dict[str, Any]]) -> dict[str, Any]:
    return {"tools": tools} if tools else {}
