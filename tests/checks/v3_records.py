"""Records for the examples of version v3: events, and streams of them."""

from __future__ import annotations

from typing import Any

from checks.records import value_of
from llm_conformance.records import V3Event, V3Stream


def v3_event(name: str, **keys: Any) -> V3Event:
    """One event of version v3."""
    return V3Event(value_of({"event": name, **keys}))


def block(index: int, start: dict[str, Any], deltas: list[dict[str, Any]], finish: dict[str, Any]) -> list[V3Event]:
    """The events of one block."""
    return [
        v3_event("content-block-start", index=index, content=start),
        *(v3_event("content-block-delta", index=index, delta=delta) for delta in deltas),
        v3_event("content-block-finish", index=index, content=finish),
    ]


def text_block(*parts: str, index: int = 0, whole: str | None = None, kind: str = "text") -> list[V3Event]:
    """The events of a block of text, or of reasoning."""
    deltas = [{"type": f"{kind}-delta", kind: part} for part in parts]
    return block(
        index, {"type": kind, kind: ""}, deltas, {"type": kind, kind: "".join(parts) if whole is None else whole}
    )


def call_block(*parts: str, args: Any, index: int = 0, kind: str = "tool_call", **last: Any) -> list[V3Event]:
    """The events of a call of "weather"; `last` replaces what its finish names."""
    named = {"id": "a", "name": "weather"}
    deltas = [{"type": "tool-call-delta", "args": part} for part in parts]
    return block(
        index, {"type": "tool_call_chunk", **named, "args": ""}, deltas, {"type": kind, **named, "args": args, **last}
    )


START, FINISH = v3_event("message-start", role="ai", id="m"), v3_event("message-finish")


def v3(*events: V3Event, **facts: Any) -> V3Stream:
    """A stream of these events, that had to be awaited."""
    return V3Stream(events=events, **{"needed_await": True, **facts})


def said_v3(*events: V3Event, **facts: Any) -> V3Stream:
    """A stream of a whole message with the events of these blocks."""
    return v3(START, *events, FINISH, **facts)
