"""The tools that a golden stream calls, and how they are bound to a chat model."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from typing import Any

from llm_conformance.observe.context import Context
from llm_conformance.records import ChatAnswers, Hung, Raised
from llm_fixtures import Golden

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
Tool = dict[str, Any]
# The tool of the calls whose answer the harness does not plan, in the form of OpenAI's API.
WEATHER: Tool = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "description": "The name of the city."}},
            "required": ["city"],
        },
    },
}


@dataclass(frozen=True, slots=True)
class Bound:
    """What `bind_tools()` did.

    llm: the model with the tools; None if `bind_tools()` is not implemented, refused them, raised or hung.
    refused: the ValueError that names one of the tools: the model takes others, such as those its server has.
    """

    llm: Any = None
    refused: str = ""
    raised: Raised | None = None
    hung: Hung | None = None

    @property
    def failed(self) -> bool:
        """Whether `bind_tools()` raised or hung."""
        return self.raised is not None or self.hung is not None

    @property
    def not_implemented(self) -> bool:
        """Whether the model takes no tools, or not these."""
        return self.llm is None and not self.failed

    @property
    def nothing(self) -> ChatAnswers:
        """The record of a call that could not be made without these tools."""
        return ChatAnswers(without_tools=self.not_implemented, refused=self.refused, raised=self.raised, hung=self.hung)


def bind(ctx: Context, llm: Any, tools: list[Tool], **keywords: Any) -> Bound:
    """Call `bind_tools()` of the model, within the deadline of a call."""
    found: list[Any] = []
    refused: list[str] = []

    def call(one: Any) -> None:
        if not hasattr(one, "bind_tools"):
            return
        try:
            found.append(one.bind_tools(tools, **keywords))
        except NotImplementedError:
            pass
        except ValueError as error:
            if not any(tool["function"]["name"] in str(error) for tool in tools):
                raise
            refused.append(str(error))

    reply = ctx.reply(call, on=llm)
    return Bound(found[0] if found else None, "".join(refused), reply.raised, reply.hung)


def takes(method: Any, parameter: str) -> bool:
    """Whether the method names this parameter in its signature."""
    try:
        return parameter in inspect.signature(method).parameters
    except (TypeError, ValueError):
        return False


def tools_of(stream: Golden) -> list[Tool]:
    """The tools that the stream calls, in the form of OpenAI's API, which every `bind_tools()` takes."""
    found: dict[str, dict[str, Any]] = {}
    for call in stream.calls:
        found.setdefault(call.name, {}).update(_properties(call.arguments))
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": f"Calls {name}.",
                "parameters": {"type": "object", "properties": properties, "required": list(properties)},
            },
        }
        for name, properties in found.items()
    ]


def _properties(arguments: str) -> dict[str, Any]:
    try:
        parsed = json.loads(arguments or "{}")
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    return {key: {"type": _TYPES.get(type(value), "string"), "description": key} for key, value in parsed.items()}
