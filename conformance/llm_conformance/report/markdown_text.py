"""Text in Markdown that stays text: a model's output must not become a link, a mention, or markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from llm_conformance.report.lines import escape_line

_TICKS = re.compile("`+")


def code(text: str) -> str:
    """The text as a code span on one line."""
    line = escape_line(text)
    ticks = "`" * (_longest(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def cell(text: str) -> str:
    """A cell of a table: there, a bar ends the cell even in a code span."""
    return text.replace("|", "\\|")


def block(lines: Iterable[str]) -> list[str]:
    """The lines as a block of code that none of them ends."""
    shown = [escape_line(line) for line in lines]
    fence = "`" * max(3, max(map(_longest, shown), default=0) + 1)
    return [f"{fence}text", *shown, fence]


def row(cells: Iterable[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(map(cell, cells))} |"


def _longest(line: str) -> int:
    return max(map(len, _TICKS.findall(line)), default=0)
