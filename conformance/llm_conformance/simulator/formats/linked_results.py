"""Whether the result of a tool names a call that is in the same request. A provider refuses one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Of a format in which calls have ids: the key of the id of a call, and the one with which a result names it.
_KEYS = {
    "openai-chat": ("id", "tool_call_id"),
    "anthropic-messages": ("id", "tool_use_id"),
    "openai-responses": ("call_id", "call_id"),
}


def results_are_linked(form: str, body: Json, argument: str) -> bool | None:
    """Whether a result of the request names one of its calls; None if it has no tools, or calls have no ids there.

    The ids need not be those of the messages: an adapter may rename them, if it renames both. It may also say both in
    text, for a model whose template has no place for them.
    argument: a text that only the arguments of the call have.
    """
    if form not in _KEYS or not body.get("tools"):
        return None
    of_call, of_result = _KEYS[form]
    called, named = set[str](), set[str]()
    for part in _objects(body):
        is_result = of_result in part and (of_result != of_call or "output" in part)
        identity = part.get(of_result if is_result else of_call)
        if isinstance(identity, str) and identity:
            (named if is_result else called).add(identity)
    if not called | named and any(argument in text for text in _texts(body)):
        return None
    return bool(called & named)


def _objects(part: Any) -> Iterator[Json]:
    """The objects in the data, at every depth."""
    if isinstance(part, dict):
        yield part
    for item in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(item)


def _texts(part: Any) -> Iterator[str]:
    """The texts in the data, at every depth."""
    if isinstance(part, str):
        yield part
    for item in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _texts(item)
