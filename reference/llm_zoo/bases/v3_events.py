"""The events of version v3 as plain dicts, and the right ones of an answer."""

from typing import Any, cast

from llm_reference import AIMessageChunk, ChatModelStream

Event = dict[str, Any]


def right_events(chunks: list[AIMessageChunk]) -> list[Event]:
    """The events of an answer with these chunks."""
    return cast("list[Event]", list(ChatModelStream(one for one in chunks)))


def text_of(event: Event) -> str:
    """The text that an event adds."""
    return str(event.get("delta", {}).get("text", ""))
