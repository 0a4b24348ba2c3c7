"""The messages of a chat request, and the text of them that is searched for a nonce."""

from typing import Any

from llm_conformance.simulator.formats.parameter import mistyped
from llm_conformance.simulator.provider_error import ProviderError

_NAME = "messages"


def chat_prompt(body: dict[str, Any]) -> str:
    """The text of the last user message. Earlier messages belong to turns that are already answered."""
    messages = body.get(_NAME)
    if not messages:
        raise ProviderError(400, f"{_NAME!r} is missing", _NAME)
    if not isinstance(messages, list):
        raise mistyped(_NAME, "an array of objects", messages)
    texts = [(_role(message), _content(message)) for message in messages]
    return next((text for role, text in reversed(texts) if role == "user"), texts[-1][1])


def _role(message: Any) -> str:
    if not isinstance(message, dict):
        raise mistyped(_NAME, "an array of objects", message)
    if not isinstance(role := message.get("role"), str):
        raise mistyped(f"{_NAME}.role", "a string", role)
    return role


def _content(message: dict[str, Any]) -> str:
    content = message.get("content")
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        raise mistyped(f"{_NAME}.content", "a string or an array of parts", content)
    # Parts other than text, such as images, cannot contain a nonce.
    return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
