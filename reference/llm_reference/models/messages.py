"""Converts every accepted input of a model into one prompt text, and every output into its text."""

from collections.abc import Mapping
from typing import Any

_ROLES = {
    "system": "System",
    "developer": "System",
    "human": "Human",
    "user": "Human",
    "ai": "AI",
    "assistant": "AI",
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


def _line(message: Any) -> str:
    """The line of one message: an object with type and content, a dict, a (role, text) pair, or a human's text."""
    role: Any
    content: Any
    if isinstance(message, str):
        role, content = "human", message
    elif isinstance(message, Mapping):
        role, content = message.get("role"), message.get("content")
    elif isinstance(message, (list, tuple)) and len(message) == 2:  # noqa: PLR2004  # a pair
        role, content = message
    else:
        role, content = getattr(message, "type", None), getattr(message, "content", None)
    if role not in _ROLES or not isinstance(content, (str, list)):
        raise ValueError(f"message: expected a role of {', '.join(_ROLES)} and a text, got {message!r}")
    return f"{_ROLES[role]}: {content if isinstance(content, str) else _text(content)}"


def text_of(answer: Any) -> str:
    """Return the text of a model's output: of a text or a message."""
    if isinstance(answer, str):
        return answer
    content = getattr(answer, "content", None)
    if not isinstance(content, (str, list)):
        raise ValueError(f"expected text or a message, got {type(answer).__name__}")  # noqa: TRY004  # like `to_prompt`
    return content if isinstance(content, str) else _text(content)


def _text(blocks: list[Any]) -> str:
    """The text blocks of a message, joined. Blocks of other kinds, such as images, are left out."""
    return "".join(block if isinstance(block, str) else block.get("text", "") for block in blocks)
