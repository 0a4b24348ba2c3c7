"""A verdict on the model is printed only of a whole run. A partial run prints figures."""

from __future__ import annotations

import re

import pytest

from llm_conformance.__main__ import main
from plugin.bench import ONE, Bench, impls

ALONE = "llm-conformance"
GOOD = impls("Conformant")
ONE_FAULT = impls("EmptyHanded")
SUITE = f"{ALONE}::llms:Conformant"
SOME = {
    "k": [ALONE, *ONE],
    "node id": [f"{SUITE}::stream::concat"],
    "deselect": [ALONE, "-k", "stream.", "--deselect", f"{SUITE}::stream::repeats"],
    "m": [ALONE, "-m", "llm_may"],
    "worker": [ALONE, *ONE, "-n", "1"],
    "gate": [ALONE, *ONE, "--llm-gate=should"],
}


def summary(lines: list[str]) -> str:
    """The last line on a subject, which may be wrapped."""
    last = max(index for index, line in enumerate(lines) if re.match(r"(partial|no verdict|(not )?conformant): ", line))
    whole = " ".join(line.strip() for line in lines[last:])
    return whole[: whole.index(")", whole.index("(control: ")) + 1]


def last_line(result: pytest.RunResult) -> str:
    """The line on the subject."""
    return summary(result.outlines)


def judged(bench: Bench, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of `judge`, and its last line."""
    capsys.readouterr()
    code = main(["judge", str(bench.report)])
    return code, summary(capsys.readouterr().out.splitlines())


@pytest.mark.parametrize("arguments", SOME.values(), ids=SOME)
def test_some_of_the_checks_make_no_verdict_on_the_model(
    bench: Bench, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    result = bench.saved(*arguments, *GOOD)

    line = last_line(result)
    assert result.ret == 0
    assert line.startswith("partial: must ")
    assert line.endswith(" items selected)")
    assert "conformant: " not in result.stdout.str()
    assert judged(bench, capsys) == (0, line)


def test_a_finding_of_a_partial_run_fails_it(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench(ALONE, *ONE_FAULT, "-k", "concat or batch.empty")
    result = bench.saved(ALONE, *ONE_FAULT, "--lf")

    line = last_line(result)
    assert result.ret == 1
    assert line.startswith("partial: must 0/1 ")
    assert judged(bench, capsys) == (1, line)


def test_a_run_that_stops_at_the_first_finding_is_partial(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    result = bench.saved(ALONE, *ONE_FAULT, "-x")

    line = last_line(result)
    assert result.ret == 1
    assert line.startswith("partial: must ")
    assert line.endswith(" items judged before the run stopped)")
    assert judged(bench, capsys) == (1, line)


def test_an_interrupted_run_is_partial(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.pytester.makeconftest(
        """
        def pytest_runtest_logreport(report):
            if report.when == "teardown" and "concat" in report.nodeid:
                raise KeyboardInterrupt
        """
    )
    arguments = [ALONE, *GOOD, "-k", "stream.", f"--llm-report={bench.report.name}"]
    result = bench.pytester.runpytest_inprocess("-p", "no:asyncio", *arguments, no_reraise_ctrlc=True)

    line = last_line(result)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert line.startswith("partial: must ")
    assert line.endswith(" items judged before the run was interrupted)")
    assert judged(bench, capsys) == (2, line)


def test_a_run_that_is_interrupted_twice_is_partial(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.pytester.makeconftest(
        """
        def pytest_runtest_logreport(report):
            if report.when == "teardown" and "concat" in report.nodeid:
                raise KeyboardInterrupt

        def pytest_keyboard_interrupt():
            raise KeyboardInterrupt
        """
    )

    with pytest.raises(KeyboardInterrupt):
        bench.saved(ALONE, *GOOD, "-k", "stream.")

    code, line = judged(bench, capsys)
    assert code == 2
    assert line.endswith(" items judged before the run was interrupted)")


def test_a_skipped_check_makes_the_run_partial(bench: Bench) -> None:
    bench.pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            items[:] = [item for item in items if item.nodeid.endswith(("concat", "stream::repeats"))]
            items[0].add_marker(pytest.mark.skip)
        """
    )

    assert last_line(bench(ALONE, *GOOD)).startswith("partial: must 1/1, ")


def test_the_subjects_of_a_run_are_partial_each_by_itself(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    result = bench.saved(ALONE, *GOOD, *impls("factory"), "-k", "Conformant and concat")

    assert result.ret == 0
    result.stdout.fnmatch_lines(["partial: must 1/1, *", "llms:factory: no verdict: none of its checks was judged"])
    assert judged(bench, capsys)[0] == 0


def test_a_subject_without_a_conclusive_verdict_is_not_covered_by_another(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    selected = ["-k", "(Conformant and concat) or (factory and exact)"]
    result = bench.saved(ALONE, *GOOD, *impls("factory"), *selected)

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert judged(bench, capsys)[0] == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_report_of_an_earlier_run_is_replaced_at_the_start(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.saved(ALONE, *GOOD, *ONE)
    bench.pytester.makeconftest(
        f"""
        from llm_conformance.__main__ import main

        def pytest_runtest_setup():
            main(["judge", {str(bench.report)!r}])
        """
    )
    result = bench.pytester.runpytest_inprocess("-p", "no:asyncio", "-s", ALONE, *GOOD, *ONE, "--llm-report=run.json")

    assert "it has no footer: it is under way, or it stopped before its end" in result.stderr.str()
    assert judged(bench, capsys)[0] == 0


@pytest.mark.parametrize("wrong", ["--llm-gate=shoud", "--lm-gate=should", "--llm-impl=llms:Nothing"])
def test_the_report_of_an_earlier_run_is_replaced_by_a_run_with_a_wrong_option(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    # With this variable the inner run is taken for a worker of pytest-xdist.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    bench.saved(ALONE, *GOOD, *ONE)
    arguments = ["-p", "no:asyncio", ALONE, *GOOD, wrong, "--llm-report=run.json"]

    assert bench.pytester.runpytest_inprocess(*arguments).ret == 4
    assert main(["judge", str(bench.report)]) != 0


# pytest refuses the first before it has parsed any option. The others do not ask for a run: a slip, or an omission.
@pytest.mark.parametrize("given", [(ALONE, *GOOD, "--llm-effort"), ("--lm-impl=llms:Conformant",), ("--version", "-q")])
def test_the_report_of_an_earlier_run_is_replaced_if_the_options_cannot_be_parsed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    bench.saved(ALONE, *GOOD, *ONE)
    arguments = ["-p", "no:asyncio", "--llm-report", "run.json", *given]
    monkeypatch.setattr("sys.argv", ["pytest", *arguments])
    bench.pytester.runpytest_inprocess(*arguments)

    assert (main(["judge", str(bench.report)]) == 0) is ("--version" in given)


def test_a_list_of_the_checks_leaves_the_report_of_an_earlier_run(bench: Bench) -> None:
    bench.saved(ALONE, *GOOD, *ONE)
    bench.pytester.runpytest_inprocess("-p", "no:asyncio", ALONE, *GOOD, "--collect-only", "--llm-report=run.json")

    assert list(bench.statuses["llms:Conformant"]) == ["stream.concat"]
