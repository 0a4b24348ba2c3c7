"""Model output in HTML: every character that a browser would interpret, hide or reorder is shown as its escape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, takewhile
from unicodedata import bidirectional, category

from markupsafe import Markup
from markupsafe import escape as markup_escape

from llm_conformance.records import Display, Text
from llm_conformance.report.escape import display_line, escape, shown_in_full

# Characters of a text that are shown; a longer one is cut, around its first difference.
_LONGEST = 2000
_BEFORE = 400
# Columns of a side in a list of findings.
_BRIEF = 90
_ESCAPED = Markup('<span class="x">{}</span>')
_ISOLATED = Markup("<bdi>{}</bdi>")
_BORDER = Markup('<i class="b">|</i>')
_DIFFERENCE = Markup('<mark title="first difference">{}</mark>')
_CODE = Markup("<code>{}</code>")
_CUT = Markup('<i class="cut">… {} more characters</i>')


def visible(text: str) -> Markup:
    """The text, with what is not printable as escapes that a style sheet can tell from the text.

    A mark at its beginning is escaped, too: it would change the character before the text. Text that runs from right to
    left keeps to itself.
    """
    if text.isascii() and text.isprintable():
        return markup_escape(text)
    parts = []
    begins = True
    for printable, run in groupby(text, str.isprintable):
        piece = "".join(run)
        marks = "".join(takewhile(_is_mark, piece)) if begins and printable else ""
        begins = False
        if not printable or marks:
            parts.append(_ESCAPED.format(escape(piece) if not printable else ascii(marks)[1:-1]))
        if printable:
            rest = piece[len(marks) :]
            parts.append(_ISOLATED.format(rest) if any(map(_is_right_to_left, rest)) else markup_escape(rest))
    return Markup().join(parts)


def prose(text: str) -> Markup:
    """A sentence of ours, with what stands between backticks as code."""
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    parts = [visible(part) for part in text.split("`")]
    if len(parts) % 2 == 0:
        return visible(text)
    return Markup().join(_CODE.format(part) if at % 2 else part for at, part in enumerate(parts))


def literal(display: Display, at: int | None = None) -> Markup:
    """A side of a finding, with the borders between chunks, and the first difference marked."""
    if isinstance(display, str):
        return _beginning_of(display) if display else Markup("(no text)")
    if not display.whole.strip():
        return markup_escape(shown_in_full(Text(tuple(_between(display, 0, _LONGEST)))))
    return _chunks(display, at)


def brief(display: Display, at: int | None = None) -> Markup:
    """A side of a finding on one short line, cut around its first difference."""
    if isinstance(display, str):
        return markup_escape(display_line(display[: 2 * _BRIEF], _BRIEF)[0])
    first = max((at or 0) - _BRIEF, 0)
    near = Text(tuple(_between(display, first, first + 3 * _BRIEF)))
    return markup_escape(display_line(near, _BRIEF, None if at is None else at - first)[0])


def _between(text: Text, first: int, last: int) -> Iterator[str]:
    """The chunks between these characters, the first and the last of them cut."""
    place = 0
    for chunk in text.chunks:
        if place <= last and place + len(chunk) >= first:
            yield chunk[max(first - place, 0) : last - place]
        place += len(chunk)


def _chunks(text: Text, at: int | None) -> Markup:
    first = max(0, (at or 0) - _BEFORE)
    last = first + _LONGEST
    parts: list[Markup] = [_CUT.format(first)] if first else []
    place = 0
    for index, chunk in enumerate(text.chunks):
        begin, end = max(first - place, 0), last - place
        if index and first <= place <= last:
            parts.append(_BORDER)
        parts.append(_marked(chunk[begin:end] if end > 0 else "", None if at is None else at - place - begin))
        place += len(chunk)
    if at is not None and at >= place:
        parts.append(_DIFFERENCE.format("(end)"))
    if place > last:
        parts.append(_CUT.format(place - last))
    return Markup().join(parts)


def _marked(piece: str, at: int | None) -> Markup:
    if at is None or not 0 <= at < len(piece):
        return visible(piece)
    return visible(piece[:at]) + _DIFFERENCE.format(visible(piece[at])) + visible(piece[at + 1 :])


def _beginning_of(text: str) -> Markup:
    shown = visible(text[:_LONGEST])
    return shown + _CUT.format(len(text) - _LONGEST) if len(text) > _LONGEST else shown


def _is_mark(character: str) -> bool:
    return category(character).startswith("M")


def _is_right_to_left(character: str) -> bool:
    return bidirectional(character) in {"R", "AL"}
