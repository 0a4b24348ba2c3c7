"""The events of a stream of OpenAI's responses API: each has a name, which its data repeat, and a number."""

from itertools import count
from typing import Any

from llm_conformance.simulator.actions import Event
from llm_conformance.simulator.formats.json_bytes import json_bytes


class ResponseEvents:
    """Makes the events of one stream, and numbers them from 0."""

    def __init__(self) -> None:
        self._numbers = count()

    def event(self, name: str, fields: dict[str, Any], token: int | None = None, *, end: bool = False) -> Event:
        """The next event, with these fields. `token` is the number of the piece that it carries."""
        return self.encoded(name, json_bytes(fields), token, end=end)

    def encoded(self, name: str, document: bytes, token: int | None = None, *, end: bool = False) -> Event:
        """The next event, with the fields of this JSON object, which has at least one."""
        return Event(response_event(name, next(self._numbers), document), token, end)


def response_event(name: str, number: int, document: bytes) -> bytes:
    """The bytes of one event, with the fields of this JSON object, which has at least one."""
    label = name.encode()
    return b'event: %b\ndata: {"type":"%b","sequence_number":%d,%b\n\n' % (label, label, number, document[1:])
