"""Every benchmark runs, at a size that is too small to measure speed."""

import math
import re
from dataclasses import replace
from importlib.metadata import version

import pytest

from benchmarks.machine import described
from benchmarks.page import PAGE, with_rows
from benchmarks.plan import BENCHMARKS, chosen
from benchmarks.row import Absent, Row, Wanted
from benchmarks.table import HEAD, line


@pytest.mark.benchmark
@pytest.mark.parametrize("goal", BENCHMARKS)
def test_a_benchmark_measures_something_on_both_sides(goal: str) -> None:
    rows = list(BENCHMARKS[goal](tiny=True))

    measured = [row for row in rows if isinstance(row, Row)]
    assert measured
    assert {row.goal for row in rows} == {goal}
    assert all(math.isfinite(row.figure) and (row.figure > 0 or row.bound == 0) for row in measured)
    assert all(row.other is None or row.other > 0 for row in measured)


@pytest.mark.parametrize(
    ("names", "goals"),
    [([], list(BENCHMARKS)), (["P11", "reference"], ["P1", "P2", "P3", "P11"]), (["adapter"], ["P7"])],
)
def test_a_benchmark_is_named_by_its_goal_or_its_file(names: list[str], goals: list[str]) -> None:
    assert chosen(names, long=False) == {goal: BENCHMARKS[goal] for goal in goals}


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="no benchmark 'P99'; there are P1, P2"):
        chosen(["P99"], long=False)


ROWS = {
    "many times better": (Row("P1", "w", 2, "us", Wanted.AT_LEAST, 30, "peer", 80), "40.0x", "yes"),
    "not better enough": (Row("P1", "w", 2, "us", Wanted.AT_LEAST, 30, "peer", 50), "25.0x", "no"),
    "little worse": (Row("P6", "w", 3, "us", Wanted.AT_MOST, 1.5, "floor", 2), "1.50x", "yes"),
    "alone": (Row("P8", "w", 2, "s", Wanted.AT_MOST, 1), "2.00", "no"),
}


@pytest.mark.parametrize(("row", "reached", "met"), ROWS.values(), ids=ROWS)
def test_a_line_shows_the_figure_and_whether_the_goal_is_met(row: Row, reached: str, met: str) -> None:
    shown = line(row)

    assert shown.split()[0] == row.goal
    assert f" {reached}  " in shown
    assert shown.split()[-1] == met
    assert HEAD.index("met") == shown.rindex(met)


def test_an_absent_row_shows_its_reason() -> None:
    assert line(Absent("P5", "what", "no valgrind")) == "P5    what: not available, no valgrind"


OLD = """# Page

<!-- the table of a run -->
As ever.

| goal | what | figure | against | reached | wanted | met |
|---|---|---|---|---|---|---|
| P2 | in a \\| b | 1.00 us | peer 9.00 us | 9.00x | >= 2x | yes |
| P10 | events | 7 |  | 7 | >= 9 | no |

<!-- the end of the table -->

The rest.
"""


def test_the_page_gets_the_rows_of_the_goals_that_were_measured_and_keeps_the_others() -> None:
    rows: list[Row | Absent] = [
        Row("P2", "in a | b", 3, "us", Wanted.AT_LEAST, 2, "peer", 9),
        Absent("P5", "idle", "no valgrind"),
    ]

    page = with_rows(OLD, rows, "As ever.")

    earlier = "| P2 | in a \\| b | 1.00 us | peer 9.00 us | 9.00x | >= 2x | yes |\n"
    now = "| P2 | in a \\| b | 3.00 us | peer 9.00 us | 3.00x | >= 2x | yes |\n"
    absent = "| P5 | idle | not available | no valgrind |  |  |  |\n"
    assert page == OLD.replace(earlier, now + absent)


def test_rows_of_other_versions_do_not_stand_in_one_table() -> None:
    row = Row("P2", "what", 3, "us", Wanted.AT_LEAST, 2, "peer", 9)

    with pytest.raises(ValueError, match="has rows of P10 that were measured otherwise"):
        with_rows(OLD, [row], "On another day.")

    assert "On another day." in with_rows(OLD, [row, replace(row, goal="P10")], "On another day.")


def test_the_page_names_versions_and_no_place() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert re.search(r"^Measured on [0-9-]{10} with .*langchain-core [0-9.]+", page, re.MULTILINE)
    assert not re.search(r"(^|\s)/\w", page)


def test_what_is_measured_is_described() -> None:
    assert described().startswith("Measured on ")
    assert f"langchain-core {version('langchain-core')}" in described()
