"""Model output is hostile: it reaches a terminal one harmless line at a time."""

from __future__ import annotations

from llm_conformance.model import Shown

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "|": "\\|"}
_CUT = "…"


def escape(text: str) -> str:
    """The text on one line, with everything that a terminal would act on or hide spelled out."""
    return "".join(_cell(character) for character in text)


def one_line(shown: Shown, width: int, at: int | None = None) -> tuple[str, int | None]:
    """A side of a finding in at most `width` columns, with `|` between chunks, and the column of character `at`.

    A long side is cut, around that character where there is one.
    """
    if isinstance(shown, str):
        line = "".join(_NAMED.get(c, c) if c in "\n\r\t" else _cell(c) if c not in "\\|" else c for c in shown)
        return (line if len(line) <= width else line[: width - 1] + _CUT), None
    cells: list[str] = []
    place: int | None = None
    count = 0
    for index, chunk in enumerate(shown.chunks):
        if index:
            cells.append("|")
        for character in chunk:
            if count == at:
                place = len(cells)
            cells.append(_cell(character))
            count += 1
    if at is not None and place is None:
        place = len(cells)
    return _window(cells, place, width)


def _window(cells: list[str], place: int | None, width: int) -> tuple[str, int | None]:
    if sum(map(len, cells)) <= width:
        return "".join(cells), None if place is None else sum(map(len, cells[:place]))
    centre = 0 if place is None else place
    first = last = min(centre, len(cells))
    room = width - 2
    while room > 0 and (first > 0 or last < len(cells)):
        if last < len(cells):
            room -= len(cells[last])
            last += 1
        if first > 0 and room > 0 and (last - centre >= centre - first or last == len(cells)):
            first -= 1
            room -= len(cells[first])
    head, tail = _CUT if first else "", _CUT if last < len(cells) else ""
    column = None if place is None else len(head) + sum(map(len, cells[first:place]))
    return head + "".join(cells[first:last]) + tail, column


def _cell(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
