"""The result as a table: one line per row."""

from benchmarks.row import Absent, Row

_WIDTHS = (4, 46, 14, 32, 9, 9)
_LEFT = "<<><>>"


def _columns(*cells: str) -> str:
    return "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, _LEFT, _WIDTHS, strict=True))


HEAD = f"{_columns('', 'what', 'figure', 'against', 'reached', 'goal')}  met"


def line(row: Row | Absent) -> str:
    """One row of the table."""
    if isinstance(row, Absent):
        return f"{row.goal:4}  {row.what}: not available, {row.reason}"
    *texts, met = cells(row)
    return f"{_columns(*texts)}  {met}"


def cells(row: Row | Absent) -> tuple[str, ...]:
    """The texts of a row."""
    if isinstance(row, Absent):
        return row.goal, row.what, "not available", row.reason, "", "", ""
    times = "" if row.other is None else "x"
    return (
        row.goal,
        row.what,
        f"{_number(row.figure)} {row.unit}".strip(),
        "" if row.other is None else f"{row.against} {_number(row.other)} {row.unit}",
        f"{_number(row.reached)}{times}",
        f"{row.wanted} {row.bound:g}{times}",
        "yes" if row.met else "no",
    )


def _number(figure: float) -> str:
    """The figure with three significant digits."""
    if abs(figure) >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.3g}" if abs(figure) < 1 else f"{figure:.2f}" if abs(figure) < 10 else f"{figure:.1f}"
