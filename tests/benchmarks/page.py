"""The table in PERFORMANCE.md, which `python tests/benchmarks --page` writes."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.row import Absent, Row
from benchmarks.table import cells

PAGE = Path(__file__).parents[2] / "conformance" / "PERFORMANCE.md"
_BEGIN, _END = "<!-- the table of a run -->\n", "<!-- the end of the table -->\n"
_HEAD = ("| goal | what | figure | against | reached | wanted | met |", "|---|---|---|---|---|---|---|")


def with_rows(page: str, rows: Sequence[Row | Absent], described: str) -> str:
    """Return the page with these rows in place of the earlier ones of the same goals.

    Raises ValueError if goals that were not measured now would keep rows of other versions, or of another day.
    """
    before, _, rest = page.partition(_BEGIN)
    old, _, behind = rest.partition(_END)
    measured = {row.goal for row in rows}
    kept = [line for line in old.splitlines() if line.startswith("| P") and _goal(line) not in measured]
    if kept and described not in old:
        others = ", ".join(dict.fromkeys(map(_goal, kept)))
        raise ValueError(f"the page has rows of {others} that were measured otherwise: measure these, too")
    lines = sorted([*kept, *map(_line, rows)], key=lambda line: int(_goal(line)[1:]))
    table = "\n".join((*_HEAD, *lines))
    return f"{before}{_BEGIN}{described}\n\n{table}\n\n{_END}{behind}"


def _goal(line: str) -> str:
    return line.split()[1]


def _line(row: Row | Absent) -> str:
    texts = (cell.replace("|", r"\|") for cell in cells(row))
    return f"| {' | '.join(texts)} |"
