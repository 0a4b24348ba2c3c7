"""Server-sent events, from bytes as they come to events: WHATWG HTML 9.2, no more and no less. Nothing here reads.

A stream is lines, a blank line ends an event, and where the network cuts the bytes means nothing.
"""

from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_CR = ord("\r")


# Not frozen for the reason that GenerationChunk is not: one is made for every token.
@dataclass(slots=True)
class Event:
    """One event. `type` is what its `event` field says; `id` is what any event so far has said last."""

    data: str
    type: str = "message"
    id: str = ""


class Decoder:
    """Is fed the bytes of one stream, and returns each event with the packet that completes it.

    At the end of the stream there is nothing to ask for: the standard drops an event without its blank line.

    retry: how many milliseconds the server wants a client to wait before it connects again, if it said so.
    """

    def __init__(self) -> None:
        self.retry: int | None = None
        self._rest: list[bytes] = []
        self._first, self._after_cr = True, False
        self._data: list[bytes] = []
        self._type, self._id = "message", ""

    def feed(self, packet: bytes) -> list[Event]:
        """The events that end in this packet."""
        events = []
        data = self._data
        for line in self._lines(packet):
            if line:
                # A line that starts with a colon is a comment: a field without a name.
                name, _, value = line.partition(b":")
                if name == b"data":
                    data.append(value.removeprefix(b" "))
                else:
                    self._set(name, value.removeprefix(b" "))
                continue
            # An event without data is none; one whose only data is an empty line is one.
            if data:
                # Only whole lines are decoded, so no character is ever cut in two.
                events.append(Event(b"\n".join(data).decode("utf-8", "replace"), self._type, self._id))
                data.clear()
            self._type = "message"
        return events

    def _lines(self, packet: bytes) -> list[bytes]:
        """The lines that end in this packet, at CR LF, LF or CR.

        A line that ends with CR is complete: it does not wait for the LF that may open the next packet, and which
        is no line of its own then.
        """
        if self._after_cr and packet:
            packet = packet.removeprefix(b"\n")
            self._after_cr = False
        if not packet:
            return []
        # For bytes, unlike for text, splitlines knows these three ends only.
        lines = packet.splitlines()
        last = packet[-1]
        self._after_cr = last == _CR
        begun = [] if last in b"\r\n" else [lines.pop()]
        if not lines:
            self._rest += begun
            return lines
        if self._rest:
            lines[0] = b"".join((*self._rest, lines[0]))
        self._rest = begun
        if self._first:
            lines[0], self._first = lines[0].removeprefix(_BOM), False
        return lines

    def _set(self, name: bytes, value: bytes) -> None:
        if name == b"event":
            self._type = value.decode("utf-8", "replace") or "message"
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        # Python makes no number of more than 4300 digits, and no client waits that long.
        elif name == b"retry" and value.isdigit() and len(value) <= 4300:  # noqa: PLR2004
            self.retry = int(value)
