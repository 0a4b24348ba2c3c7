"""Converts every accepted input of a model, to one prompt text or to messages, and every output to its text."""

import json
from collections.abc import Mapping
from typing import Any

from llm_reference.messages.message import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    content_text,
)
from llm_reference.messages.tool_call import ToolCall, tool_call, without_type

_ROLES = {
    "system": "System",
    "developer": "System",
    "human": "Human",
    "user": "Human",
    "ai": "AI",
    "assistant": "AI",
    "AIMessageChunk": "AI",
    "tool": "Tool",
    "function": "Function",
}


def to_prompt(value: Any) -> str:
    r"""Return the prompt for a text, a prompt value or a list of messages, which becomes "System: s\nHuman: hi".

    Raises ValueError for anything else.
    """
    if isinstance(value, str):
        return value
    if hasattr(value, "to_string"):
        return str(value.to_string())
    if isinstance(value, (list, tuple)):
        return "\n".join(_line(message) for message in value)
    raise ValueError(f"input: expected text, a list of messages or a prompt value, got {type(value).__name__}")


def to_messages(value: Any) -> list[BaseMessage]:
    """Return the messages for a text or a prompt value, which are a human's, or for a list of messages.

    Raises ValueError for anything else.
    """
    if isinstance(value, (list, tuple)):
        return [_message(each) for each in value]
    return [HumanMessage(to_prompt(value))]


def text_of(answer: Any) -> str:
    """Return the text of a model's output: of a text or a message."""
    if isinstance(answer, str):
        return answer
    content = getattr(answer, "content", None)
    if not isinstance(content, (str, list)):
        raise ValueError(f"expected text or a message, got {type(answer).__name__}")  # noqa: TRY004  # like `to_prompt`
    return content_text(content)


def _parts(message: Any) -> tuple[str, Any, dict[str, Any]]:
    """The role, the content and the other fields of one message.

    It is an object with type and content, a dict, a (role, text) pair, or a human's text.
    """
    role: Any
    content: Any
    others: dict[str, Any] = {}
    if isinstance(message, str):
        role, content = "human", message
    elif isinstance(message, Mapping):
        role, content, others = message.get("role"), message.get("content"), dict(message)
    elif isinstance(message, (list, tuple)) and len(message) == 2:  # noqa: PLR2004  # a pair
        role, content = message
    else:
        role, content = getattr(message, "type", None), getattr(message, "content", None)
        others = {name: getattr(message, name, None) for name in ("tool_calls", "tool_call_id")}
    if content is None and others.get("tool_calls"):
        content = ""
    if role not in _ROLES or not isinstance(content, (str, list)):
        raise ValueError(f"message: expected a role of {', '.join(_ROLES)} and a text, got {message!r}")
    return _ROLES[role], content, others


def _line(message: Any) -> str:
    role, content, others = _parts(message)
    return f"{role}: {content_text(content)}{_calls(others) or ''}"


def _message(message: Any) -> BaseMessage:
    if isinstance(message, BaseMessage):
        return message
    role, content, others = _parts(message)
    match role:
        case "System":
            return SystemMessage(content)
        case "Human":
            return HumanMessage(content)
        case "AI":
            return AIMessage(content, tool_calls=_calls(others))
        case _:
            return ToolMessage(content, tool_call_id=others.get("tool_call_id") or "")


def _calls(others: dict[str, Any]) -> list[ToolCall]:
    return [_call(call) for call in others.get("tool_calls") or ()]


def _call(call: dict[str, Any]) -> ToolCall:
    """A call, as it is here or as OpenAI's API writes it."""
    if "function" not in call:
        return tool_call(**without_type(call))
    function = call["function"]
    return tool_call(name=function["name"], args=json.loads(function["arguments"] or "{}"), id=call.get("id"))
