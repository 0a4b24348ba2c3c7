"""Reads what a request to Gemini asks for: its tools, which of them the model may call, thoughts, the output format."""

from typing import Any

from llm_conformance.simulator.formats.asked import Asked, ToolChoice
from llm_conformance.simulator.formats.function_tools import require_bound
from llm_conformance.simulator.formats.gemini.fields import Json, enum, field, items
from llm_conformance.simulator.formats.parameter import one_of, optional, required, texts
from llm_conformance.simulator.provider_error import ProviderError

_MODES: dict[str, ToolChoice] = {
    "MODE_UNSPECIFIED": "auto",
    "AUTO": "auto",
    "VALIDATED": "auto",
    "ANY": "required",
    "NONE": "none",
}
_NUMBERS = {0: "MODE_UNSPECIFIED", 1: "AUTO", 2: "ANY", 3: "NONE", 4: "VALIDATED"}
_MAY_ALLOW = ("ANY", "VALIDATED")
_JSON = "application/json"
_MIME_TYPES = ("text/plain", _JSON, "text/x.enum")
_SCHEMAS = ("responseSchema", "responseJsonSchema")


def asked_of_gemini(body: Json) -> Asked:
    """What a request for content asks for. Raises ProviderError with the name of an invalid parameter."""
    config = field(body, "generationConfig")
    tools = tuple(_tool_names(body))
    mode, allowed = _choice(body, tools)
    return Asked(
        tools=tools,
        tool_choice=mode,
        chosen_tools=allowed,
        reasoning=_thoughts(config),
        response_format=_response_format(config),
    )


def _tool_names(body: Json) -> list[str]:
    """The names of the declared functions. Tools of the provider, such as `googleSearch`, have none."""
    names = []
    for place, tool in enumerate(items(body, "tools")):
        below = f"tools[{place}]."
        for index, function in enumerate(items(tool, "functionDeclarations", below)):
            names.append(required(function, "name", str, f"{below}functionDeclarations[{index}]."))
    return names


def _choice(body: Json, tools: tuple[str, ...]) -> tuple[ToolChoice, tuple[str, ...]]:
    """How the model chooses, and the only tools that it may call, if not all."""
    below = "toolConfig.functionCallingConfig."
    calling = field(field(body, "toolConfig"), "functionCallingConfig", "toolConfig.")
    mode = {"mode": enum(calling, "mode", _NUMBERS, "AUTO")}
    kind = one_of(mode, "mode", _MODES, below)
    allowed = texts(calling, "allowedFunctionNames")
    if kind == "ANY" and not tools:
        raise ProviderError(400, "function calling config is set without function_declarations", "toolConfig")
    if allowed and kind not in _MAY_ALLOW:
        message = f"'{below}allowedFunctionNames' is only allowed with the modes {', '.join(_MAY_ALLOW)}, got {kind!r}"
        raise ProviderError(400, message, f"{below}allowedFunctionNames")
    return _MODES[kind], tuple(require_bound(name, tools, f"{below}allowedFunctionNames") for name in allowed)


def _thoughts(config: Json) -> bool:
    """Whether the answer may have the texts of thoughts."""
    below = "generationConfig.thinkingConfig."
    thinking = field(config, "thinkingConfig", "generationConfig.")
    asked = optional(thinking, "includeThoughts", bool, default=False, below=below)
    return asked and thinking.get("thinkingBudget") != 0


def _response_format(config: Json) -> str:
    below = "generationConfig."
    mime_type = one_of(config, "responseMimeType", _MIME_TYPES, below, default="text/plain")
    schema: Any = next((name for name in _SCHEMAS if config.get(name) is not None), None)
    if schema is not None:
        field(config, schema, below)
        if mime_type == "text/plain":
            raise ProviderError(400, f"{below + schema!r} is only allowed with 'responseMimeType' {_JSON!r}", schema)
        return "json_schema"
    return "text" if mime_type == "text/plain" else "json_object"
