"""Lines of a terminal: wrapped at its width, and labelled."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator

from llm_conformance.report.escape import columns, cut_middle, escape

# The labels of a finding end here; longer ones push the text of their own line to the right.
_LABEL = 10
_NARROWEST = 40
_INDENT = "  "
# An answer to wrong input repeats what was given: in it a long word is cut, and a line of many words.
_LONG_WORD = re.compile(r"[^ ]{200,}")
_LONGEST_WORD = 100
_LONGEST = 1000
_WORD = re.compile(r" *[^ ]+")
_NO_BREAK = "\u00a0"


def terminal_width() -> int:
    """The columns of the terminal, or of `COLUMNS`; 80 where neither is known."""
    return max(shutil.get_terminal_size().columns, _NARROWEST)


def escape_line(line: str) -> str:
    """The line with unprintable characters escaped, and otherwise unchanged."""
    return "".join(character if character.isprintable() else escape(character) for character in line)


def one_line(text: str) -> str:
    """The text as an answer to wrong input: on one line that can be read, whatever the input was."""
    line = _LONG_WORD.sub(lambda word: cut_middle(word[0], _LONGEST_WORD), escape_line(text))
    return cut_middle(line, _LONGEST)


def wrap(text: str, width: int | None, hanging: str = _INDENT) -> list[str]:
    """The text in lines of at most `width` columns, broken between words; `hanging` indents all but the first.

    width: None for one line. A word that is wider than the line is broken within.
    """
    if width is None or columns(text) <= width:
        return [text]
    # A deep indentation leaves no room.
    hanging = hanging[: width // 2]
    lines, line = [], ""
    for word in _pieces(text, width - len(hanging)):
        if line and columns(line + word) > width:
            lines.append(line)
            line = hanging + word.lstrip()
        else:
            line += word
    return [*lines, line]


def wrap_items(items: Iterable[str], separator: str, width: int | None, hanging: str) -> list[str]:
    """The items with the separator between them, in lines that do not break within an item."""
    line = separator.join(item.replace(" ", _NO_BREAK) for item in items)
    return [one.replace(_NO_BREAK, " ") for one in wrap(line, width, hanging)]


def labelled(label: str, text: str, width: int | None, column: int = _LABEL) -> list[str]:
    """The text behind its label, wrapped at the width below itself."""
    head = f"{_INDENT}{label:<{column}} "
    return wrap(head + text, width, " " * len(head)) if text else [head.rstrip()]


def room(width: int | None, column: int = _LABEL) -> int | None:
    """The columns that are left behind a label; None for any number."""
    return None if width is None else max(width, _NARROWEST) - column - len(_INDENT) - 1


def _pieces(text: str, width: int) -> Iterator[str]:
    """The words with the blanks before them; a word that is too wide in pieces."""
    for word in _WORD.findall(text):
        rest = word
        while columns(rest.lstrip()) > width:
            piece = rest[:1]
            while len(piece) < len(rest) and columns(piece.lstrip() + rest[len(piece)]) <= width:
                piece += rest[len(piece)]
            yield piece
            rest = rest[len(piece) :]
        yield rest
