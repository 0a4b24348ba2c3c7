"""--llm-call-budget and --llm-time-budget, from the command line to the last line."""

from __future__ import annotations

import pytest

from llm_conformance.__main__ import main
from plugin.bench import Bench, impls

ALONE = "llm-conformance"
FEW = [ALONE, *impls("Conformant"), "--llm-call-budget=12"]


def last_line(result: pytest.RunResult) -> str:
    """The verdict on the subject."""
    return next(line for line in reversed(result.outlines) if "(control: " in line)


def test_a_run_with_a_budget_is_partial_and_counts_what_it_leaves_out(bench: Bench) -> None:
    result = bench(*FEW)

    assert result.ret == 0
    assert last_line(result).startswith("partial: must ")
    assert "MUST" in last_line(result)
    assert last_line(result).endswith("left out for the budget)")


def test_the_calls_are_counted_in_the_last_lines(bench: Bench) -> None:
    result = bench(*FEW)

    result.stdout.re_match_lines([r"asked (9|1[0-2]) calls in \d+\.\d\ds"])


def test_a_larger_budget_is_named_as_the_step_that_would_judge_the_rest(bench: Bench) -> None:
    result = bench(*FEW)

    assert "a larger budget (--llm-call-budget, --llm-time-budget)" in " ".join(
        line.strip() for line in result.outlines
    )


def test_a_worker_keeps_to_the_budget(bench: Bench) -> None:
    result = bench(*FEW, "-n", "1")

    assert last_line(result).endswith("left out for the budget)")


def test_a_saved_run_with_a_budget_is_partial(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.saved(*FEW)
    capsys.readouterr()

    assert main(["judge", str(bench.report)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert " partial: must " in out
    assert "left out for the budget)" in out


def test_a_budget_that_is_large_enough_changes_nothing(bench: Bench) -> None:
    result = bench(ALONE, *impls("Conformant"), "--llm-call-budget=100000", "--llm-time-budget=100000")

    assert last_line(result).startswith("conformant: must ")


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "many", "", "9" * 5000, "\u0663"])
def test_a_wrong_number_of_calls_is_refused(bench: Bench, text: str) -> None:
    result = bench(ALONE, *impls("Conformant"), f"--llm-call-budget={text}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --llm-call-budget: expected a number of calls from 1 to 999999999, got *"])


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "soon", ""])
def test_a_wrong_number_of_seconds_is_refused(bench: Bench, text: str) -> None:
    result = bench(ALONE, *impls("Conformant"), f"--llm-time-budget={text}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --llm-time-budget: expected a number of seconds above 0, *"])
