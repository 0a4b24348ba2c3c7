"""The messages of a chat request, and the texts of them that are searched for a nonce."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llm_conformance.simulator.formats.parameter import mistyped
from llm_conformance.simulator.provider_error import ProviderError

_NAME = "messages"
_TOOL_ROLES = frozenset({"tool", "function"})


@dataclass(frozen=True, slots=True)
class ChatPrompt:
    """What a chat asks now. Earlier messages belong to turns that are already answered.

    text: the last user message, or the results of tools after it. asked_before: the last user message, if its answer
    called the tools whose results are `text`. It is searched if they contain no nonce.
    """

    text: str
    asked_before: str | None = None


def chat_prompt(body: dict[str, Any]) -> ChatPrompt:
    """The prompt of a request. Raises ProviderError for invalid messages."""
    messages = body.get(_NAME)
    if not messages:
        raise ProviderError(400, f"{_NAME!r} is missing", _NAME)
    if not isinstance(messages, list):
        raise mistyped(_NAME, "an array of objects", messages)
    return latest_prompt([(_role(message), _texts(message)) for message in messages])


def latest_prompt(texts: Sequence[tuple[str, tuple[str, str]]]) -> ChatPrompt:
    """The prompt of a conversation. Of each message: its role, its text, and that of the results of tools in it."""
    results: list[str] = []
    for role, (own, of_tools) in reversed(texts):
        if role in _TOOL_ROLES:
            results.append(own)
        elif role == "user" and (own or not of_tools):
            return ChatPrompt("\n".join(reversed(results)), own) if any(results) else ChatPrompt(own)
        elif role == "user":
            results.append(of_tools)
    return ChatPrompt("\n".join(reversed(results)) or texts[-1][1][0])


def _role(message: Any) -> str:
    if not isinstance(message, dict):
        raise mistyped(_NAME, "an array of objects", message)
    if not isinstance(role := message.get("role"), str):
        raise mistyped(f"{_NAME}.role", "a string", role)
    return role


def _texts(message: dict[str, Any]) -> tuple[str, str]:
    """The text of a message, and that of the results of tools in it, as Anthropic's API has them."""
    content = message.get("content")
    if content is None or isinstance(content, str):
        return content or "", ""
    if not isinstance(content, list):
        raise mistyped(f"{_NAME}.content", "a string or an array of parts", content)
    results = [part.get("content") for part in content if isinstance(part, dict) and part.get("type") == "tool_result"]
    return joined_parts(content), "\n".join(one if isinstance(one, str) else joined_parts(one) for one in results)


def joined_parts(parts: Any) -> str:
    """The texts of the parts of a message."""
    # Parts other than text, such as images, cannot contain a nonce.
    texts = [part.get("text") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return "".join(text for text in texts if isinstance(text, str))
