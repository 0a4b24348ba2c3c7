"""The calls of tools in a message: whole, broken, or a fragment of one in a chunk."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, TypedDict

from llm_reference.messages.partial_json import parse_json, parse_partial_json


class ToolCall(TypedDict):
    """The model asks for a call of a tool. `id` connects it with the `ToolMessage` that answers it."""

    name: str
    args: dict[str, Any]
    id: str | None
    type: str


class InvalidToolCall(TypedDict):
    """A call whose arguments are not a JSON object. `args` is the text as the model wrote it."""

    name: str | None
    args: str | None
    id: str | None
    error: str | None
    type: str


class ToolCallChunk(TypedDict):
    """A fragment of a call. Fragments with the same `index` are one call; only the first has its name and id.

    args: a part of the JSON text of the arguments.
    """

    name: str | None
    args: str | None
    id: str | None
    index: int | None
    type: str


def tool_call(*, name: str, args: dict[str, Any], id: str | None) -> ToolCall:  # noqa: A002  # langchain-core's name
    """Return a whole call."""
    return {"name": name, "args": args, "id": id, "type": "tool_call"}


def invalid_tool_call(
    *,
    name: str | None = None,
    args: str | None = None,
    id: str | None = None,  # noqa: A002  # as above
    error: str | None = None,
) -> InvalidToolCall:
    """Return a broken call."""
    return {"name": name, "args": args, "id": id, "error": error, "type": "invalid_tool_call"}


def tool_call_chunk(
    *,
    name: str | None = None,
    args: str | None = None,
    id: str | None = None,  # noqa: A002  # as above
    index: int | None = None,
) -> ToolCallChunk:
    """Return a fragment of a call."""
    return {"name": name, "args": args, "id": id, "index": index, "type": "tool_call_chunk"}


def without_type(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a call that the functions above take."""
    return {key: value for key, value in call.items() if key not in ("type", "extras")}


def parsed_calls(chunks: Iterable[ToolCallChunk], *, complete: bool) -> tuple[list[ToolCall], list[InvalidToolCall]]:
    """Return the calls that the fragments amount to so far, and those whose arguments are not a JSON object.

    complete: whether nothing follows. Before, a call has the arguments that are there already. langchain-core takes
    a call that was cut off for a whole one.
    """
    parse = parse_json if complete else parse_partial_json
    calls: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    for chunk in chunks:
        name, text, call_id = chunk["name"], chunk["args"], chunk["id"]
        args: Any = None if text else {}
        # A fragment from the middle does not become an object. To search it for one takes long.
        if text and text.lstrip().startswith("{"):
            with suppress(ValueError, RecursionError):
                args = parse(text)
        if isinstance(args, dict):
            calls.append(tool_call(name=name or "", args=args, id=call_id))
        else:
            invalid.append(invalid_tool_call(name=name, args=text, id=call_id))
    return calls, invalid
