"""Reads what a request in OpenAI's form asks for: tools, which of them the model may call, the response format."""

from typing import Any

from llm_conformance.simulator.formats.asked import Asked, ToolChoice
from llm_conformance.simulator.formats.parameter import mistyped, objects, one_of, optional, required, unknown
from llm_conformance.simulator.provider_error import ProviderError

Json = dict[str, Any]

_CHOICES: dict[str, ToolChoice] = {"none": "none", "auto": "auto", "required": "required", "any": "required"}
_KINDS = ("function", "custom")
_FORMATS = ("text", "json_object", "json_schema")


def tool_names(body: Json) -> tuple[str, ...]:
    """The names of the tools. Raises ProviderError with the name of the first invalid parameter."""
    return tuple(_name(tool, f"tools[{place}].") for place, tool in enumerate(objects(body, "tools")))


def asked_of_openai(body: Json) -> Asked:
    """What a request for a chat completion asks for. Raises ProviderError with the name of an invalid parameter.

    Reasoning is sent unasked, as OpenAI-shaped servers of reasoning models send it.
    """
    tools = tool_names(body)
    choice, chosen = _tool_choice(body, tools)
    return Asked(
        tools=tools,
        tool_choice=choice,
        chosen_tools=chosen,
        several_calls=optional(body, "parallel_tool_calls", bool, default=True),
        reasoning=True,
        response_format=_response_format(body),
    )


def require_bound(name: str, tools: tuple[str, ...], parameter: str) -> str:
    """The name of a tool. Raises ProviderError unless the tool is bound."""
    if name in tools:
        return name
    bound = ", ".join(map(repr, tools)) or "none"
    message = f"{parameter!r} names the tool {name!r}, which is not in 'tools'; bound: {bound}"
    raise ProviderError(400, message, parameter)


def _tool_choice(body: Json, tools: tuple[str, ...]) -> tuple[ToolChoice, tuple[str, ...]]:
    """How the model chooses, and the only tools that it may choose, if not all."""
    choice = body.get("tool_choice")
    if choice is None:
        return "auto", ()
    if isinstance(choice, str):
        if choice not in _CHOICES:
            raise unknown("tool_choice", _CHOICES, choice)
        if not tools and choice != "none":
            raise ProviderError(400, "'tool_choice' is only allowed when 'tools' are specified", "tool_choice")
        return _CHOICES[choice], ()
    if not isinstance(choice, dict):
        raise mistyped("tool_choice", "a string or an object", choice)
    if choice.get("type") != "allowed_tools":
        return "required", (require_bound(_name(choice, "tool_choice."), tools, "tool_choice"),)
    below = "tool_choice.allowed_tools."
    allowed = required(choice, "allowed_tools", dict, "tool_choice.")
    names = [_name(tool, f"{below}tools[{place}].") for place, tool in enumerate(objects(allowed, "tools", below))]
    chosen = tuple(require_bound(name, tools, "tool_choice") for name in names)
    return _CHOICES[one_of(allowed, "mode", ("auto", "required"), below)], chosen


def _name(tool: Json, below: str) -> str:
    """The name in `{"type": "function", "function": {"name": ..}}`."""
    kind = one_of(tool, "type", _KINDS, below, default="function")
    return required(required(tool, kind, dict, below), "name", str, f"{below}{kind}.")


def _response_format(body: Json) -> str:
    form = optional(body, "response_format", dict, default={"type": "text"})
    kind = one_of(form, "type", _FORMATS, "response_format.")
    if kind == "json_schema":
        schema = required(form, kind, dict, "response_format.")
        required(schema, "name", str, "response_format.json_schema.")
    return kind
