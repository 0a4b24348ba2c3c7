"""The input of a request for a response: a text, or items. The texts of them are searched for a nonce."""

from typing import Any

from llm_conformance.simulator.formats.chat_messages import ChatPrompt, joined_parts, latest_prompt
from llm_conformance.simulator.formats.parameter import mistyped, required
from llm_conformance.simulator.provider_error import ProviderError

Json = dict[str, Any]

_NAME = "input"
_RESULTS = ("function_call_output", "custom_tool_call_output")


def input_prompt(body: Json) -> ChatPrompt:
    """The prompt of a request. Raises ProviderError for invalid items."""
    given = body.get(_NAME)
    if isinstance(given, str):
        return ChatPrompt(given)
    if given is None or given == []:
        moved = "; chat completions call it 'messages'" if "messages" in body else ""
        raise ProviderError(400, f"{_NAME!r} is missing{moved}", _NAME)
    if not isinstance(given, list):
        raise mistyped(_NAME, "a string or an array of items", given)
    return latest_prompt([_texts(item, f"{_NAME}[{place}]") for place, item in enumerate(given)])


def _texts(item: Any, where: str) -> tuple[str, tuple[str, str]]:
    """The role and the text of an item; the result of a tool has the role of one."""
    if not isinstance(item, dict):
        raise mistyped(where, "an object", item)
    kind = item.get("type", "message")
    if kind in _RESULTS:
        required(item, "call_id", str, f"{where}.")
        return "tool", (_text(item.get("output"), f"{where}.output"), "")
    if kind == "message":
        role = required(item, "role", str, f"{where}.")
        return role, (_text(item.get("content"), f"{where}.content"), "")
    # A call, reasoning, and what only the provider can run.
    return "assistant", ("", "")


def _text(value: Any, where: str) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise mistyped(where, "a string or an array of parts", value)
    return joined_parts(value)
