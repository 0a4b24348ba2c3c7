"""Server-sent events off the wire, exactly as the WHATWG has them. Bytes in, the data of events out; no I/O."""

import codecs
import re
from collections.abc import Iterator

_LINE = re.compile(r"\r\n|\r|\n")


class Decoder:
    """Takes bytes however they were cut."""

    def __init__(self) -> None:
        # Which drops one byte order mark, and makes U+FFFD of what is no UTF-8.
        self._text = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._data: list[str] = []

    def feed(self, data: bytes) -> Iterator[str]:
        """The data of every event that is complete by now."""
        self._rest += self._text.decode(data)
        start = 0
        for end in _LINE.finditer(self._rest):
            # A CR at the very end may be half of a CRLF.
            if end[0] == "\r" and end.end() == len(self._rest):
                break
            yield from self._line(self._rest[start : end.start()])
            start = end.end()
        self._rest = self._rest[start:]

    def finish(self) -> Iterator[str]:
        """What the end of the body completes: a line that ends in a single CR. Half an event is none."""
        if self._rest.endswith("\r"):
            yield from self._line(self._rest[:-1])
        self._rest, self._data = "", []

    def _line(self, line: str) -> Iterator[str]:
        if not line:
            if self._data:
                yield "\n".join(self._data)
            self._data = []
            return
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
