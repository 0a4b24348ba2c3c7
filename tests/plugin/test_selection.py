from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from plugin.bench import Bench, failed, impls

ALONE = "llm-conformance"
GOOD = impls("Conformant")
ONE_FAULT = impls("EmptyHanded")
OWN = """
def test_mine():
    pass

def test_mine_too():
    pass
"""


def test_with_the_word_the_users_own_tests_are_left_alone(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)

    assert bench(ALONE, *GOOD, "--collect-only", "-q").stdout.str().count("test_mine") == 0


def test_without_the_word_the_users_own_tests_run_as_well(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)

    alone = bench(ALONE, *GOOD).parseoutcomes()["passed"]
    beside = bench(*GOOD)

    assert beside.ret == 0
    assert beside.parseoutcomes()["passed"] == alone + 2


def test_a_file_that_is_named_beside_the_word_runs_as_well(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN, test_other=OWN)

    result = bench("llm-conformance::llms:Conformant::stream::concat", "test_own.py", *GOOD)

    assert result.ret == 0
    assert result.parseoutcomes() == {"passed": 3}


def test_a_broken_test_file_does_not_matter_when_the_word_is_given(bench: Bench) -> None:
    bench.pytester.makepyfile(test_broken="import nowhere_to_be_found")

    assert bench(ALONE, *GOOD).ret == 0
    assert bench(*GOOD).ret == pytest.ExitCode.INTERRUPTED


def test_k_selects_by_words_of_the_id(bench: Bench) -> None:
    result = bench.saved(ALONE, *GOOD, "-k", "concat or batch.order")

    assert result.ret == 0
    assert list(bench.said["llms:Conformant"]) == ["stream.concat", "batch.order"]


@pytest.mark.parametrize("level", ["must", "should", "may"])
def test_m_selects_by_level(bench: Bench, level: str) -> None:
    result = bench(ALONE, *GOOD, "-m", f"llm_{level}", "--strict-markers", "--junit-xml=run.xml")

    levels = {one.get("value") for one in ET.parse(bench.folder / "run.xml").iterfind(".//property[@name='level']")}  # noqa: S314
    assert result.ret == 0
    assert levels == {level}


def test_only_the_failed_check_runs_again(bench: Bench) -> None:
    bench(ALONE, *ONE_FAULT)
    result = bench.saved(ALONE, *ONE_FAULT, "--lf")

    assert result.ret == 1
    assert bench.said == {"llms:EmptyHanded": {"batch.empty": "failed"}}


def test_only_what_failed_runs_again_beside_failures_of_the_user(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=f"{OWN}\ndef test_wrong():\n    assert False\n")
    bench(*ONE_FAULT)

    result = bench.saved(*ONE_FAULT, "--lf")

    assert result.parseoutcomes()["failed"] == 2
    assert "passed" not in result.parseoutcomes()
    assert bench.said == {"llms:EmptyHanded": {"batch.empty": "failed"}}


def test_the_first_finding_ends_the_run_if_asked(bench: Bench) -> None:
    result = bench.saved(ALONE, *ONE_FAULT, "-x")

    assert result.ret == 1
    assert failed(bench.said["llms:EmptyHanded"]) == ["batch.empty"]
    assert "events.keys" not in bench.said["llms:EmptyHanded"]


def test_collecting_only_is_no_run_without_a_verdict(bench: Bench) -> None:
    assert bench(ALONE, *GOOD, "--collect-only").ret == 0


def test_junit_says_check_level_clause_and_word_and_no_more(bench: Bench) -> None:
    bench(ALONE, *ONE_FAULT, "--junit-xml=run.xml")

    cases = {case.get("name"): case for case in ET.parse(bench.folder / "run.xml").iter("testcase")}  # noqa: S314
    properties = {one.get("name"): one.get("value") for one in cases["empty"].iter("property")}
    assert properties == {"check": "batch.empty", "level": "must", "clause": "BATCH-001", "verdict": "failed"}
    assert "observations" not in (bench.folder / "run.xml").read_text(encoding="utf-8")
    assert cases["empty"].find("failure") is not None
    assert (skipped := cases["exact"].find("skipped")) is not None
    assert skipped.text == "llm-conformance:0: needs control script, the run has blackbox"


@pytest.mark.parametrize("option", [["-k", "nonesuch"], ["-m", "nonesuch"]], ids=["k", "m"])
def test_nothing_left_to_judge_is_no_success(bench: Bench, option: list[str]) -> None:
    assert bench(ALONE, *GOOD, *option).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_nothing_but_what_cannot_be_judged_is_no_success(bench: Bench) -> None:
    result = bench(ALONE, *GOOD, "-k", "exact or one-chunk-fallback")

    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["no verdict: *", "*= * deselected, 2 not testable, 1 not applicable in *"])


def test_nothing_judged_is_no_success_beside_tests_of_the_user(bench: Bench) -> None:
    bench.pytester.makepyfile(test_exact=OWN)

    assert bench(*GOOD, "-k", "exact").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_skipping_the_suite_by_a_hook_is_no_success(bench: Bench) -> None:
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


def test_who_deselects_the_suite_in_favour_of_their_own_tests_is_not_failed_for_it(bench: Bench) -> None:
    bench.pytester.makepyfile(test_own=OWN)

    result = bench(*GOOD, "-k", "mine")

    assert result.ret == 0
    assert result.parseoutcomes()["passed"] == 2


def test_a_fault_of_the_harness_is_no_finding(bench: Bench) -> None:
    bench.pytester.makeconftest(
        """
        from dataclasses import replace

        from llm_conformance.catalogue.catalogue import CHECKS

        def broken(invoke, stream):
            raise RuntimeError("a fault of the harness")
            yield

        def pytest_sessionstart():
            CHECKS["stream.concat"] = replace(CHECKS["stream.concat"], judge=broken)
        """
    )
    result = bench.pytester.runpytest_subprocess("-p", "no:asyncio", ALONE, *GOOD)

    assert result.ret == 3
    result.stdout.fnmatch_lines(
        ["stream.concat: judging it failed by a fault of the harness*please report it", "harness error: *"]
    )
