"""The shortest output of a run, and the names in the progress of one that takes long."""

from __future__ import annotations

import pytest

from llm_conformance.plugin import long_runs
from llm_conformance.plugin.long_runs import INTERVAL, LongRun
from plugin.bench import ONE, TWO, Bench, impls

ALONE = "llm-conformance"
CHECK = "llm-conformance::acme:LLM::stream::concat"


def test_qq_prints_one_line_for_each_model_and_the_names_of_what_failed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_runs, "INTERVAL", 0)

    result = bench(ALONE, *impls("Conformant", "EmptyHanded"), *TWO, "-qq")

    assert result.ret == 1
    assert len([line for line in result.outlines if line]) == 5
    assert "\x1b" not in result.stdout.str()
    result.stdout.fnmatch_lines(
        [
            "...F *",
            "llms:Conformant: partial: must 2/2, should 0/0 (*",
            "llms:EmptyHanded: partial: must 1/2 (1 failed), should 0/0 (*",
            "=* short test summary info =*",
            "FAILED llm-conformance::llms:EmptyHanded::batch::empty - MUST not-an-empty-list",
        ],
        consecutive=True,
    )


def test_a_long_run_names_a_check_after_each_interval() -> None:
    times = iter([0.0, 1.0, INTERVAL + 0.5, INTERVAL + 1.0, 2.0 * INTERVAL + 1.0, 100.0 * INTERVAL])
    run = LongRun(lambda: next(times))

    assert [run.line(CHECK) for _ in range(4)] == [
        "",
        f"after {INTERVAL + 0.5:.0f} s: stream.concat of acme:LLM",
        "",
        f"after {2 * INTERVAL + 1} s: stream.concat of acme:LLM",
    ]
    assert run.line("tests/test_own.py::test_one") == ""


def test_the_names_are_between_the_signs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_runs, "INTERVAL", 0)

    result = bench(ALONE, *impls("Conformant"), *ONE)

    assert result.ret == 0
    result.stdout.fnmatch_lines(["after * s: stream.concat of llms:Conformant", "llm-conformance . *"])
