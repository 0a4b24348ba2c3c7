"""The tools that a golden stream calls, and how they are bound to a chat model."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from typing import Any

from llm_conformance.observe.context import Context
from llm_conformance.records import ChatAnswers, Hung, Raised
from llm_conformance.records.chat_answers import BOUND_TOOL
from llm_fixtures import Golden

TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
Tool = dict[str, Any]


def _tool(name: str, description: str, properties: dict[str, Any]) -> Tool:
    """A tool in the form of OpenAI's API, which every `bind_tools()` takes."""
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


# The tools of the calls whose answer the harness does not plan. A model that changes what it is given gets a copy.
WEATHER = _tool(
    BOUND_TOOL, "The weather in a city.", {"city": {"type": "string", "description": "The name of the city."}}
)
TIME = _tool("get_time", "The time in a zone.", {"zone": {"type": "string", "description": "The name of the zone."}})


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


def bind(ctx: Context, llm: Any, tools: list[Any], **keywords: Any) -> Bound:
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
            # A function or a class that is refused, though its dict is not, is refused for its form.
            names = [tool["function"]["name"] for tool in tools if isinstance(tool, dict)]
            if not any(name in str(error) for name in names):
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
    """The tools that the stream calls."""
    found: dict[str, dict[str, Any]] = {}
    for call in stream.calls:
        found.setdefault(call.name, {}).update(_properties(call.arguments))
    return [_tool(name, f"Calls {name}.", properties) for name, properties in found.items()]


def schema_of(tool: Tool) -> dict[str, Any]:
    """The parameters of the tool as a JSON schema with a title, which every `with_structured_output()` takes."""
    function = tool["function"]
    return {"title": function["name"], "description": function["description"], **function["parameters"]}


def _properties(arguments: str) -> dict[str, Any]:
    try:
        parsed = json.loads(arguments or "{}")
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    return {key: {"type": TYPES.get(type(value), "string"), "description": key} for key, value in parsed.items()}
