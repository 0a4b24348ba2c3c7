"""Makes model output safe for a terminal: escaped, on one line, and cut to a width."""

from __future__ import annotations

import unicodedata

from llm_conformance.records import Display, Text

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "|": "\\|"}
_CUT = "…"


def escape(text: str) -> str:
    """The text on one line; characters that a terminal interprets or hides are escaped."""
    return "".join(_cell(character) for character in text)


def columns(text: str) -> int:
    """The width of the text in columns of a terminal: two for a wide character, zero for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def cut(text: str, width: int) -> str:
    """The beginning of the text that fits into `width` columns."""
    if columns(text) <= width:
        return text
    room = width - 1
    for index, character in enumerate(text):
        room -= _columns(character)
        if room < 0:
            return text[:index] + _CUT
    return text


def cut_middle(text: str, width: int) -> str:
    """The beginning and the end of the text that fit into `width` columns."""
    if columns(text) <= width:
        return text
    tail = width // 3
    end = cut(text[::-1], tail)[:-1][::-1]
    return cut(text, width - columns(end)) + end


def around(line: str, at: int, width: int) -> str:
    """The part of the line around its character `at` that fits into `width` columns."""
    return line if columns(line) <= width else _window(list(line), at, width)[0]


def display_line(shown: Display, width: int, at: int | None = None) -> tuple[str, int | None]:
    """A side of a finding in at most `width` columns, with `|` between chunks, and the column of character `at`.

    A long side is cut, around character `at` if it is given.
    """
    if isinstance(shown, str):
        return cut(shown_in_full(shown), width), None
    if not shown.whole.strip():
        return cut(_invisible(shown), width), None
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


def shown_in_full(shown: Display) -> str:
    """A side of a finding on one line of any width; a text without a visible character is described."""
    if isinstance(shown, str):
        return "".join(_NAMED.get(c, c) if c in "\n\r\t" else _cell(c) if c not in "\\|" else c for c in shown)
    return "|".join(map(escape, shown.chunks)) if shown.whole.strip() else _invisible(shown)


def _invisible(shown: Text) -> str:
    """Words for a text that a reader would not see."""
    if not shown.whole:
        count = len(shown.chunks)
        return "(no text)" if count <= 1 else f"(no text in {count} chunks)"
    return f"'{'|'.join(map(escape, shown.chunks))}' (whitespace only)"


def _window(cells: list[str], place: int | None, width: int) -> tuple[str, int | None]:
    widths = [columns(cell) for cell in cells]
    if sum(widths) <= width:
        return "".join(cells), None if place is None else sum(widths[:place])
    centre = 0 if place is None else place
    first = last = min(centre, len(cells))
    room = width - 2
    while True:
        ahead = last < len(cells) and widths[last] <= room
        behind = first > 0 and widths[first - 1] <= room
        if ahead and (last - centre <= centre - first or not behind):
            room -= widths[last]
            last += 1
        elif behind:
            first -= 1
            room -= widths[first]
        else:
            break
    head, tail = _CUT if first else "", _CUT if last < len(cells) else ""
    column = None if place is None else len(head) + sum(widths[first:place])
    return head + "".join(cells[first:last]) + tail, column


def _cell(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
