"""As whose message a request has a text, in the words of any format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SYSTEM = "system"
_ROLES = {"developer": _SYSTEM, "model": "assistant", "ai": "assistant", "human": "user"}
# Parameters beside the messages: of Anthropic and Ollama, of Gemini in both spellings, of OpenAI's responses.
_PARAMETERS = {"system", "systemInstruction", "system_instruction", "instructions"}


def role_of(body: Any, text: str) -> str:
    """The role of the first message that has the text, such as "user"; empty if none has it, or it has no role."""
    return next((role for role, found in _texts(body, "") if text in found), "")


def _texts(part: Any, role: str) -> Iterator[tuple[str, str]]:
    """Each text in the data, with the role of the object that it is in."""
    if isinstance(part, str):
        yield role, part
    elif isinstance(part, list):
        for item in part:
            yield from _texts(item, role)
    elif isinstance(part, dict):
        own = part.get("role")
        if isinstance(own, str) and role != _SYSTEM:
            role = _ROLES.get(own, own)
        for key, item in part.items():
            yield from _texts(item, _SYSTEM if key in _PARAMETERS else role)
