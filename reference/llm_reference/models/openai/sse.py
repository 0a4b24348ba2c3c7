"""Parses server-sent events from bytes, by section 9.2 of the WHATWG HTML standard. This module does not do I/O.

A stream consists of lines, and a blank line ends an event. The network may cut the bytes anywhere.
"""

from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_CR = ord("\r")


# Not frozen, like `GenerationChunk`: each token makes one.
@dataclass(slots=True)
class Event:
    """One event. `type` is its `event` field; `id` is the last `id` field of the stream so far."""

    data: str
    type: str = "message"
    id: str = ""


class Decoder:
    """The parser of one stream. `feed` returns each event with the packet that completes it.

    There is no call for the end of the stream: the standard drops an event without its blank line.

    retry: how long the server wants the client to wait before it reconnects, in milliseconds; None if not given.
    """

    def __init__(self) -> None:
        self.retry: int | None = None
        self._rest: list[bytes] = []
        self._first, self._after_cr = True, False
        self._data: list[bytes] = []
        self._type, self._id = "message", ""

    def feed(self, packet: bytes) -> list[Event]:
        """Return the events that end in this packet."""
        events = []
        data = self._data
        for line in self._lines(packet):
            if line:
                # A line that starts with a colon is a comment: its field has an empty name.
                name, _, value = line.partition(b":")
                if name == b"data":
                    data.append(value.removeprefix(b" "))
                else:
                    self._set(name, value.removeprefix(b" "))
                continue
            # Without a data field there is no event. An empty data field is enough for one.
            if data:
                # Decode whole lines only: a packet may end inside a character.
                events.append(Event(b"\n".join(data).decode("utf-8", "replace"), self._type, self._id))
                data.clear()
            self._type = "message"
        return events

    def _lines(self, packet: bytes) -> list[bytes]:
        """Return the lines that end in this packet, with CR LF, LF or CR.

        A line that ends with CR is complete at once. If the next packet starts with LF, that LF belongs to the CR and
        does not end another line.
        """
        if self._after_cr and packet:
            packet = packet.removeprefix(b"\n")
            self._after_cr = False
        if not packet:
            return []
        # `bytes.splitlines` splits at these three only; `str.splitlines` splits at more.
        lines = packet.splitlines()
        last = packet[-1]
        self._after_cr = last == _CR
        unfinished = [] if last in b"\r\n" else [lines.pop()]
        if not lines:
            self._rest += unfinished
            return lines
        if self._rest:
            lines[0] = b"".join((*self._rest, lines[0]))
        self._rest = unfinished
        if self._first:
            lines[0], self._first = lines[0].removeprefix(_BOM), False
        return lines

    def _set(self, name: bytes, value: bytes) -> None:
        if name == b"event":
            self._type = value.decode("utf-8", "replace") or "message"
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        # `int()` raises for more than 4300 digits. Such a wait is ignored.
        elif name == b"retry" and value.isdigit() and len(value) <= 4300:  # noqa: PLR2004
            self.retry = int(value)
