"""The bytes that a simulated provider sent, with the cuts between its sends: text, and the escapes of other bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from markupsafe import Markup

from llm_conformance.report.html.visible import visible

# Sends, and bytes of them, that are shown of the beginning and of the end: a fault is often at the end.
_BEGINNING, _END = (200, 16_000), (75, 3000)
# Bytes that are shown of the beginning and of the end of one send.
_HEAD, _TAIL = 700, 300
# A longer response is folded.
_OPEN = 600
# The lines of a shorter send are not worth a line each: a chunk of one byte has three.
_LINE = 80
# A record has no bytes behind these.
_KEPT = 2**16
_BYTES = Markup('<span class="x">{}</span>')
_CUT = Markup('<i class="b" title="send {}">|</i>')
_LEFT_OUT = Markup('<i class="cut">… {} more bytes{} …</i>')


@dataclass(frozen=True, slots=True)
class Response:
    """The bytes of one response. folded: it is too long to stand open. cut: the record has its first 64 KiB."""

    size: int
    sends: int
    shown: Markup
    folded: bool
    cut: bool


def response(sends: Sequence[str]) -> Response:
    """A response of these sends, each of one character for each byte."""
    sizes = [len(one) for one in sends]
    first = _fitting(sizes, *_BEGINNING)
    last = max(first, len(sends) - _fitting(reversed(sizes), *_END))
    shown = Markup().join(_numbered(sends[:first], 1))
    if first < last:
        shown += _LEFT_OUT.format(sum(sizes[first:last]), f" in {last - first} sends") + "\n"
    shown += Markup().join(_numbered(sends[last:], last + 1))
    return Response(sum(sizes), len(sends), shown, sum(sizes) > _OPEN, sum(sizes) >= _KEPT)


def _fitting(sizes: Iterable[int], most_sends: int, most_bytes: int) -> int:
    """How many of the sends have room, of which a long one is cut."""
    places = accumulate(min(size, _HEAD + _TAIL) for size in sizes)
    return min(sum(place <= most_bytes for place in places), most_sends)


def _numbered(sends: Sequence[str], first: int) -> Iterator[Markup]:
    """Each send behind the mark of a cut, except the very first."""
    for number, send in enumerate(sends, first):
        yield (_CUT.format(number) if number > 1 else Markup()) + _send(send.encode("latin-1", "replace"))


def _send(data: bytes) -> Markup:
    if len(data) <= _HEAD + _TAIL:
        return _bytes(data)
    return _bytes(data[:_HEAD]) + _LEFT_OUT.format(len(data) - _HEAD - _TAIL, "") + _bytes(data[-_TAIL:])


def _bytes(data: bytes) -> Markup:
    """Characters that are printable, and every other byte as its escape; a line of a long send has a line."""
    shown, place = Markup(), 0
    text = data.decode("utf-8", "surrogateescape")
    for printable, run in groupby(text, str.isprintable):
        piece = "".join(run)
        place += len(piece)
        if printable:
            shown += visible(piece)
            continue
        shown += _BYTES.format(repr(piece.encode("utf-8", "surrogateescape"))[2:-1])
        if piece.endswith("\n") and (len(data) > _LINE or place == len(text)):
            shown += "\n"
    return shown
