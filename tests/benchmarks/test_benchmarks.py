"""Every benchmark runs, at a size that is too small to measure speed."""

import math

import pytest

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
