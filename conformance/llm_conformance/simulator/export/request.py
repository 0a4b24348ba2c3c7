"""The request that a client sends for everything that a golden stream has, in each format."""

from collections.abc import Iterable
from typing import Any

from llm_fixtures import Golden

_MOST_TOKENS = 4096


def request_for(form: str, golden: Golden) -> dict[str, Any]:
    """The body of a streaming request in this format: the prompt, the tools that the answer calls, and reasoning."""
    tools = sorted({call.name for call in golden.calls})
    messages = [{"role": "user", "content": golden.prompt}]
    usage = {"stream_options": {"include_usage": True}}
    streamed = {"model": "m", "stream": True}
    thinking: dict[str, Any] = {}
    match form:
        case "openai-completions":
            return {**streamed, "prompt": golden.prompt, "max_tokens": _MOST_TOKENS, **usage}
        case "openai-chat":
            return {**streamed, "messages": messages, **_bound(_functions(tools)), **usage}
        case "anthropic-messages":
            schemas = [{"name": name, "input_schema": {"type": "object"}} for name in tools]
            if golden.reasoning:
                thinking = {"thinking": {"type": "adaptive"}}
            return {**streamed, "messages": messages, "max_tokens": _MOST_TOKENS, **_bound(schemas), **thinking}
        case "ollama-generate":
            return {**streamed, "prompt": golden.prompt}
        case "ollama-chat":
            if golden.reasoning:
                thinking = {"think": True}
            return {**streamed, "messages": messages, **_bound(_functions(tools)), **thinking}
        case "tgi":
            return {"inputs": golden.prompt, "stream": True, "parameters": {"details": True}}
        case _:
            raise ValueError(f"no request is known for the format {form!r}")


def _functions(names: Iterable[str]) -> list[dict[str, Any]]:
    parameters = {"type": "object", "properties": {}}
    return [{"type": "function", "function": {"name": name, "parameters": parameters}} for name in names]


def _bound(tools: list[dict[str, Any]]) -> dict[str, Any]:
    return {"tools": tools} if tools else {}
