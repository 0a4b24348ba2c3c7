"""Tools as OpenAI's API describes them: a name, a description, and a JSON schema of the arguments."""

from collections.abc import Callable, Mapping
from inspect import Parameter, getdoc, signature
from typing import Any, get_origin, get_type_hints

_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", dict: "object"}


def openai_tool(tool: Any) -> dict[str, Any]:
    """Return the description of a tool.

    It may be a function with annotations, a pydantic class, a JSON schema with a title, or a description.

    Raises ValueError for anything else.
    """
    if isinstance(tool, Mapping) and "function" in tool:
        return dict(tool)
    if isinstance(tool, Mapping) and "name" in tool:
        return {"type": "function", "function": dict(tool)}
    if isinstance(tool, type) and hasattr(tool, "model_json_schema"):
        tool = _without_titles(tool.model_json_schema())
    if isinstance(tool, Mapping) and "title" in tool:
        parameters = {key: value for key, value in tool.items() if key not in ("title", "description")}
        return _described(tool["title"], tool.get("description", ""), parameters)
    if callable(tool) and not isinstance(tool, type):
        return _described(tool.__name__, getdoc(tool) or "", _parameters(tool))
    expected = "a function, a pydantic class, a JSON schema with a title or an OpenAI tool"
    raise ValueError(f"tool: expected {expected}, got {tool!r}")


def tool_name(tool: Mapping[str, Any]) -> str:
    """Return the name of a tool that `openai_tool` has described."""
    return str(tool["function"]["name"])


def _described(name: str, description: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def _without_titles(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a pydantic class without the titles that pydantic gives to its properties."""
    properties = {
        name: {key: value for key, value in one.items() if key != "title"}
        for name, one in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties}


def _parameters(function: Callable[..., Any]) -> dict[str, Any]:
    """The JSON schema of a function's arguments. An argument without a known type may be any value."""
    hints, parameters = get_type_hints(function), signature(function).parameters
    types = {name: _JSON_TYPES.get(get_origin(hints.get(name)) or hints.get(name, object)) for name in parameters}
    required = [name for name, parameter in parameters.items() if parameter.default is Parameter.empty]
    properties = {name: {"type": kind} if kind else {} for name, kind in types.items()}
    return {"type": "object", "properties": properties, "required": required}
