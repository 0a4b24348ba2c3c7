"""Decodes server-sent events as the WHATWG specifies. Bytes in, the data of events out; performs no I/O."""

import codecs
import re
from collections.abc import Iterator

_LINE = re.compile(r"\r\n|\r|\n")


class Decoder:
    """An incremental decoder: the bytes may be cut anywhere."""

    def __init__(self) -> None:
        # Drops one byte order mark and replaces invalid UTF-8 by U+FFFD.
        self._text = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._data: list[str] = []

    def feed(self, data: bytes) -> Iterator[str]:
        """The data of every event that these bytes complete."""
        self._rest += self._text.decode(data)
        start = 0
        for end in _LINE.finditer(self._rest):
            # A CR at the end of the bytes may be half of a CRLF.
            if end[0] == "\r" and end.end() == len(self._rest):
                break
            yield from self._line(self._rest[start : end.start()])
            start = end.end()
        self._rest = self._rest[start:]

    def finish(self) -> Iterator[str]:
        """The data of the event that the end of the body completes, after a last CR. Drops an incomplete event."""
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
