"""Reads what a request in Anthropic's form asks for: its tools, which of them the model may call, and thinking."""

from typing import Any

from llm_conformance.simulator.formats.asked import Asked, ToolChoice
from llm_conformance.simulator.formats.function_tools import require_bound
from llm_conformance.simulator.formats.parameter import objects, one_of, optional, required
from llm_conformance.simulator.provider_error import ProviderError

Json = dict[str, Any]

_CHOICES: dict[str, ToolChoice] = {"auto": "auto", "any": "required", "tool": "required", "none": "none"}
_THINKING = ("enabled", "adaptive", "disabled", "between_tools")
_LEAST_BUDGET = 1024


def asked_of_anthropic(body: Json) -> Asked:
    """What a request for a message asks for. Raises ProviderError with the name of an invalid parameter."""
    tools = tuple(_tool_name(tool, f"tools[{place}].") for place, tool in enumerate(objects(body, "tools")))
    choice = optional(body, "tool_choice", dict, default={"type": "auto"})
    kind = one_of(choice, "type", _CHOICES, "tool_choice.")
    if body.get("tool_choice") is not None and not tools and kind != "none":
        raise ProviderError(400, "'tool_choice' may only be specified while providing 'tools'", "tool_choice")
    chosen: tuple[str, ...] = ()
    if kind == "tool":
        chosen = (require_bound(required(choice, "name", str, "tool_choice."), tools, "tool_choice"),)
    return Asked(
        tools=tools,
        tool_choice=_CHOICES[kind],
        chosen_tools=chosen,
        several_calls=not optional(choice, "disable_parallel_tool_use", bool, default=False, below="tool_choice."),
        reasoning=_thinking(body),
        response_format=_response_format(body),
    )


def _tool_name(tool: Json, below: str) -> str:
    # A tool of the provider, such as `web_search_20250305`, has a type and no schema.
    if optional(tool, "type", str, "custom", below) == "custom":
        required(tool, "input_schema", dict, below)
    return required(tool, "name", str, below)


def _thinking(body: Json) -> bool:
    """Whether the request asks for thinking."""
    thinking = optional(body, "thinking", dict, default={"type": "disabled"})
    kind = one_of(thinking, "type", _THINKING, "thinking.")
    if kind == "enabled":
        budget = required(thinking, "budget_tokens", int, "thinking.")
        most = required(body, "max_tokens", int)
        if not _LEAST_BUDGET <= budget < most:
            message = f"'thinking.budget_tokens' must be at least {_LEAST_BUDGET} and less than 'max_tokens' ({most})"
            raise ProviderError(400, f"{message}, got {budget}", "thinking.budget_tokens")
    return kind != "disabled"


def _response_format(body: Json) -> str:
    config = optional(body, "output_config", dict, default={})
    form = optional(config, "format", dict, default={"type": "text"}, below="output_config.")
    return required(form, "type", str, "output_config.format.")
