"""The request that a client sends for everything that a golden stream has, in each format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llm_conformance.simulator.formats.request_body import request_body
from llm_fixtures import Golden

_MOST_TOKENS = 4096
_REASONING: dict[str, dict[str, Any]] = {
    "openai-responses": {"reasoning": {"summary": "auto"}},
    "anthropic-messages": {"thinking": {"type": "adaptive"}},
    "gemini": {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}},
    "ollama-chat": {"think": True},
}


def request_for(form: str, golden: Golden) -> dict[str, Any]:
    """The body of a streaming request in this format: the prompt, the tools that the answer calls, and reasoning."""
    tools = _tools(form, sorted({call.name for call in golden.calls}))
    return {
        **request_body(form, golden.prompt, model="m", most_tokens=_MOST_TOKENS),
        **({"tools": tools} if tools else {}),
        **(_REASONING.get(form, {}) if golden.reasoning else {}),
    }


def _tools(form: str, names: Iterable[str]) -> list[dict[str, Any]]:
    """The tools of these names; none if the format has no tools."""
    parameters = {"type": "object", "properties": {}}
    functions = [{"name": name, "parameters": parameters} for name in names]
    match form:
        case "anthropic-messages":
            return [{"name": name, "input_schema": {"type": "object"}} for name in names]
        case "openai-responses":
            return [{"type": "function", "strict": False, **one} for one in functions]
        case "gemini":
            return [{"functionDeclarations": functions}] if functions else []
        case "openai-chat" | "ollama-chat":
            return [{"type": "function", "function": one} for one in functions]
        case _:
            return []
