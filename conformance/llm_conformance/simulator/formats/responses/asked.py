"""Reads what a request for a response asks for: functions, which of them the model may call, and reasoning.

A tool is flat here, `{"type": "function", "name": ..}`, where chat completions nest it.
"""

from typing import Any

from llm_conformance.simulator.formats.asked import Asked, ToolChoice
from llm_conformance.simulator.formats.function_tools import require_bound
from llm_conformance.simulator.formats.parameter import mistyped, objects, one_of, optional, required, unknown
from llm_conformance.simulator.provider_error import ProviderError

Json = dict[str, Any]

_CHOICES: dict[str, ToolChoice] = {"none": "none", "auto": "auto", "required": "required"}
_FORMATS = ("text", "json_object", "json_schema")
_SUMMARIES = ("auto", "concise", "detailed")


def asked_of_responses(body: Json) -> Asked:
    """What a request for a response asks for. Raises ProviderError with the name of an invalid parameter."""
    tools = _function_names(body, "", "tools")
    choice, chosen = _tool_choice(body, tools)
    return Asked(
        tools=tools,
        tool_choice=choice,
        chosen_tools=chosen,
        several_calls=optional(body, "parallel_tool_calls", bool, default=True),
        reasoning=_summary(body),
        response_format=_text_format(body),
    )


def _function_names(holder: Json, below: str, name: str) -> tuple[str, ...]:
    """The names of the functions. The model calls no other tool, such as those that run at the provider."""
    names = []
    for place, tool in enumerate(objects(holder, name, below)):
        where = f"{below}{name}[{place}]."
        if required(tool, "type", str, where) == "function":
            names.append(required(tool, "name", str, where))
    return tuple(names)


def _tool_choice(body: Json, tools: tuple[str, ...]) -> tuple[ToolChoice, tuple[str, ...]]:
    """How the model chooses, and the only functions that it may choose, if not all."""
    choice, below = body.get("tool_choice"), "tool_choice."
    if choice is None:
        return "auto", ()
    if isinstance(choice, str):
        if choice not in _CHOICES:
            raise unknown("tool_choice", _CHOICES, choice)
        if choice == "required" and not body.get("tools"):
            raise ProviderError(400, "'tool_choice' requires a tool, and 'tools' is missing", "tool_choice")
        return _CHOICES[choice], ()
    if not isinstance(choice, dict):
        raise mistyped("tool_choice", "a string or an object", choice)
    match required(choice, "type", str, below):
        case "function":
            return "required", (require_bound(required(choice, "name", str, below), tools, "tool_choice"),)
        case "allowed_tools":
            mode = one_of(choice, "mode", ("auto", "required"), below)
            names = _function_names(choice, below, "tools")
            return _CHOICES[mode], tuple(require_bound(name, tools, "tool_choice") for name in names)
        case _:
            # A tool of the provider, which is not a function.
            return "none", ()


def _summary(body: Json) -> bool:
    """Whether the request asks for a summary of the reasoning: without one, reasoning has no text."""
    reasoning = optional(body, "reasoning", dict, default={})
    if reasoning.get("summary") is None:
        return False
    one_of(reasoning, "summary", _SUMMARIES, "reasoning.")
    return True


def _text_format(body: Json) -> str:
    text = optional(body, "text", dict, default={})
    form = optional(text, "format", dict, default={"type": "text"}, below="text.")
    kind = one_of(form, "type", _FORMATS, "text.format.")
    if kind == "json_schema":
        required(form, "name", str, "text.format.")
        required(form, "schema", dict, "text.format.")
    return kind
