"""One run writes several reports."""

from __future__ import annotations

import json

from plugin.bench import TWO, Bench, impls


def test_a_run_writes_every_report_that_it_is_asked_for(bench: Bench) -> None:
    reports = [f"--llm-report=a{ending}" for ending in (".md", ".ctrf.json", ".svg")]
    result = bench.saved("llm-conformance", *impls("EmptyHanded"), *TWO, *reports)

    assert result.ret == 1
    page = (bench.folder / "a.md").read_text(encoding="utf-8")
    tests = json.loads((bench.folder / "a.ctrf.json").read_text(encoding="utf-8"))["results"]["tests"]
    assert "#### MUST `batch.empty`" in page
    assert "  rerun      pytest llm-conformance::llms:EmptyHanded::batch::empty --llm-impl=llms:EmptyHanded\n" in page
    result.stdout.fnmatch_lines(["partial: must *", "badge: ![[]llm conformance](a.svg)"])
    assert "partial, must 1/2" in (bench.folder / "a.svg").read_text(encoding="utf-8")
    assert {one["rawStatus"] for one in tests} == set(bench.statuses["llms:EmptyHanded"].values())


def test_a_saved_run_is_written_though_another_report_cannot_be(bench: Bench) -> None:
    bench.pytester.makeconftest(
        """
        from pathlib import Path

        def pytest_runtest_teardown():
            Path("a.md").unlink()
            Path("a.md").mkdir()
        """
    )

    result = bench.saved("llm-conformance", *impls("Conformant"), "-k", "stream.exact", "--llm-report=a.md")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--llm-report=a.md: cannot be written: Is a directory"])
    assert list(bench.statuses["llms:Conformant"]) == ["stream.exact"]
