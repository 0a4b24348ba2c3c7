"""One event of a stream in Anthropic's form: it has a name, which its data repeat."""

from typing import Any

from llm_conformance.simulator.actions import Event
from llm_conformance.simulator.formats.json_bytes import json_bytes


def event(name: str, fields: dict[str, Any], token: int | None = None, *, end: bool = False) -> Event:
    """The event with these fields. `token` is the number of the piece that it carries."""
    return named(name, json_bytes({"type": name, **fields}), token, end=end)


def named(name: str, data: bytes, token: int | None = None, *, end: bool = False) -> Event:
    """The event with this JSON document."""
    return Event(b"event: %b\ndata: %b\n\n" % (name.encode(), data), token, end)
