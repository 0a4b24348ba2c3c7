from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from plugin.bench import ONE, TWO, Bench, failed, impls

ALONE = "llm-conformance"
GOOD = impls("Conformant")
ONE_FAULT = impls("EmptyHanded")
OWN = """
def test_mine():
    pass

def test_mine_too():
    pass
"""


def test_with_the_suite_argument_the_users_own_tests_do_not_run(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)

    assert bench(ALONE, *GOOD, "--collect-only", "-q").stdout.str().count("test_mine") == 0


def test_without_the_suite_argument_the_users_own_tests_run_as_well(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)

    selected = [*GOOD, "-k", "concat or batch.order or mine"]
    alone = bench(ALONE, *selected).parseoutcomes()["passed"]
    beside = bench(*selected)

    assert beside.ret == 0
    assert beside.parseoutcomes()["passed"] == alone + 2


def test_a_file_beside_the_suite_argument_runs_as_well(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN, test_other=OWN)

    result = bench("llm-conformance::llms:Conformant::stream::concat", "test_own.py", *GOOD)

    assert result.ret == 0
    assert result.parseoutcomes() == {"passed": 3}


def test_a_broken_test_file_does_not_matter_with_the_suite_argument(bench: Bench) -> None:
    bench.pytester.makepyfile(test_broken="import nowhere_to_be_found")

    assert bench(ALONE, *GOOD, *ONE).ret == 0
    assert bench(*GOOD, *ONE).ret == pytest.ExitCode.INTERRUPTED


def test_k_selects_by_words_of_the_id(bench: Bench) -> None:
    result = bench.saved(ALONE, *GOOD, "-k", "(stream and concat) or batch.order")

    assert result.ret == 0
    assert list(bench.statuses["llms:Conformant"]) == ["stream.concat", "batch.order"]


@pytest.mark.parametrize("level", ["must", "should", "may"])
def test_m_selects_by_level(bench: Bench, level: str) -> None:
    one_each = ["-k", "concat or stop.cuts or isolation.second-loop"]
    result = bench(ALONE, *GOOD, "-m", f"llm_{level}", *one_each, "--strict-markers", "--junit-xml=run.xml")

    levels = {one.get("value") for one in ET.parse(bench.folder / "run.xml").iterfind(".//property[@name='level']")}  # noqa: S314
    assert result.ret == 0
    assert levels == {level}


def test_only_the_failed_check_runs_again(bench: Bench) -> None:
    bench(ALONE, *ONE_FAULT, *TWO)
    result = bench.saved(ALONE, *ONE_FAULT, "--lf")

    assert result.ret == 1
    assert bench.statuses == {"llms:EmptyHanded": {"batch.empty": "failed"}}


def test_only_what_failed_runs_again_beside_failures_of_the_user(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=f"{OWN}\ndef test_wrong():\n    assert False\n")
    bench(*ONE_FAULT, "-k", "concat or batch.empty or test_own")

    result = bench.saved(*ONE_FAULT, "--lf")

    assert result.parseoutcomes()["failed"] == 2
    assert "passed" not in result.parseoutcomes()
    assert bench.statuses == {"llms:EmptyHanded": {"batch.empty": "failed"}}


def test_the_first_finding_ends_the_run_with_x(bench: Bench) -> None:
    result = bench.saved(ALONE, *ONE_FAULT, "-x", "-k", "concat or batch.empty or events.keys")

    assert result.ret == 1
    assert failed(bench.statuses["llms:EmptyHanded"]) == ["batch.empty"]
    assert "events.keys" not in bench.statuses["llms:EmptyHanded"]


def test_collecting_only_is_a_success(bench: Bench) -> None:
    assert bench(ALONE, *GOOD, "--collect-only").ret == 0


def test_junit_has_check_level_clause_and_status_only(bench: Bench) -> None:
    bench(ALONE, *ONE_FAULT, "--junit-xml=run.xml", "-k", "batch.empty or stream.exact")

    cases = {case.get("name"): case for case in ET.parse(bench.folder / "run.xml").iter("testcase")}  # noqa: S314
    properties = {one.get("name"): one.get("value") for one in cases["empty"].iter("property")}
    assert properties == {"check": "batch.empty", "level": "must", "clause": "BATCH-001", "verdict": "failed"}
    assert "observations" not in (bench.folder / "run.xml").read_text(encoding="utf-8")
    assert cases["empty"].find("failure") is not None
    assert (skipped := cases["exact"].find("skipped")) is not None
    assert skipped.text == "llm-conformance:0: needs control script, the run has blackbox"


@pytest.mark.parametrize("option", [["-k", "nonesuch"], ["-m", "nonesuch"]], ids=["k", "m"])
def test_a_run_without_checks_is_not_a_success(bench: Bench, option: list[str]) -> None:
    assert bench(ALONE, *GOOD, *option).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_run_without_conclusive_verdicts_is_not_a_success(bench: Bench) -> None:
    result = bench(ALONE, *GOOD, "-k", "(exact and (invoke or stream)) or one-chunk-fallback")

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["no verdict: *", "*= * deselected, 2 not testable, 1 not applicable in *"])


def test_a_run_without_conclusive_verdicts_is_not_a_success_beside_tests_of_the_user(bench: Bench) -> None:
    bench.pytester.makepyfile(test_exact=OWN)

    assert bench(*GOOD, "-k", "exact").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_suite_skipped_by_a_hook_is_not_a_success(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)
    bench.pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                if "mine" not in item.name:
                    item.add_marker(pytest.mark.skip)
        """
    )

    assert bench(*GOOD).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_run_that_deselects_the_suite_passes_with_the_users_own_tests(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)

    result = bench(*GOOD, "-k", "mine")

    assert result.ret == 0
    assert result.parseoutcomes()["passed"] == 2


def test_an_error_in_the_harness_is_not_a_finding(bench: Bench) -> None:
    bench.pytester.makeconftest(
        """
        from dataclasses import replace

        from llm_conformance.catalogue.catalogue import CHECKS

        def broken(invoke, stream):
            raise RuntimeError("an error in the harness")
            yield

        def pytest_sessionstart():
            CHECKS["stream.concat"] = replace(CHECKS["stream.concat"], judge=broken)
        """
    )
    result = bench.pytester.runpytest_subprocess("-p", "no:asyncio", ALONE, *GOOD, *ONE)

    assert result.ret == 3
    result.stdout.fnmatch_lines(
        ["stream.concat: error in the harness while it judged this check, not in*please report it", "harness error: *"]
    )
