"""The contents of a request to Gemini, and the texts of them that are searched for a nonce."""

from collections.abc import Iterator
from typing import Any

from llm_conformance.simulator.formats.chat_messages import ChatPrompt, latest_prompt
from llm_conformance.simulator.formats.gemini.fields import Json, field, items
from llm_conformance.simulator.formats.parameter import one_of
from llm_conformance.simulator.provider_error import ProviderError

_NAME = "contents"
# The results of functions have the role of the user; in older requests they have one of their own.
_ROLES = ("user", "model", "function")


def contents_prompt(body: Json) -> ChatPrompt:
    """The prompt of a request. Raises ProviderError for invalid contents."""
    contents = items(body, _NAME)
    if not contents:
        raise ProviderError(400, f"{_NAME!r} is missing", _NAME)
    return latest_prompt([_texts(content, f"{_NAME}[{place}].") for place, content in enumerate(contents)])


def _texts(content: Json, below: str) -> tuple[str, tuple[str, str]]:
    """The role of a content, its text, and the texts in the results of functions."""
    role = one_of(content, "role", _ROLES, below, default="user")
    parts = items(content, "parts", below)
    own = "".join(part["text"] for part in parts if isinstance(part.get("text"), str) and not part.get("thought"))
    results = (field(part, "functionResponse", f"{below}parts.").get("response") for part in parts)
    of_tools = "\n".join(text for result in results for text in _strings(result))
    return "user" if role == "function" else role, (own, of_tools)


def _strings(value: Any) -> Iterator[str]:
    """The texts in a JSON value, in order."""
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _strings(item)
        case list():
            for item in value:
                yield from _strings(item)
