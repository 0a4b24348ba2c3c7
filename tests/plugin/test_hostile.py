"""Models that hang, leave, interrupt and recurse: one finding each, and the run goes on."""

from __future__ import annotations

import pytest

from llm_conformance import record
from plugin.bench import Run, Starter, failed, impls, words

ALONE = "llm-conformance"
QUICK = ["-p", "no:asyncio", "-o", "llm_timeout=1"]
FINDINGS = {
    "HangsInCall": "invoke.completes",
    "HangsInStream": "stream.completes",
    "HangsInAstream": "astream.completes",
    "HangsInAWorkerThread": "astream.completes",
    "BlocksTheLoop": "astream.completes",
    "NeverEnds": "stream.completes",
    "ExitsInCall": "invoke.completes",
    "ExitsInAstream": "astream.completes",
    "ExitsInATask": "astream.completes",
    "Interrupts": "invoke.completes",
    "InterruptsTheLoop": "astream.completes",
    "Recurses": "invoke.completes",
    "SwallowsCancellation": "astream.completes",
    "RaisesTheUnspeakable": "invoke.completes",
    "PlainHangs": "invoke.completes",
    "PlainBlocksTheLoop": "astream.completes",
    "PlainExits": "stream.completes",
}
ODD = ["NoRepr", "NoTruth", "AnswersEverything", "Plain"]
HUNG = [name for name in FINDINGS if name.startswith(("Hangs", "Blocks", "Never", "Swallows", "PlainH", "PlainB"))]
UNMADE = {
    "HangsWhenMade": "constructing it: no end within 1.8 s (hostile.py:* in never); if it needs longer, raise *",
    "RaisesWhenMade": "constructing it raised ValueError: no licence *",
    "LeavesWhenMade": "constructing it raised SystemExit: 9",
}


@pytest.fixture(scope="module")
def run(started: Starter) -> Run:
    """All of them in one run, on two workers."""
    names = impls(*FINDINGS, *ODD, module="hostile")
    return started(ALONE, *names, *QUICK, "-n", "2", "--llm-report=run.json", "-W", "error")


@pytest.fixture(scope="module")
def unmade(started: Starter) -> Run:
    """Those that cannot be made, beside one that can; no longer than it takes to see that a constructor hangs."""
    names = impls(*UNMADE, "Plain", module="hostile")
    return started(ALONE, *names, "-p", "no:asyncio", "-o", "llm_timeout=0.3", "-k", "load or yields-text")


@pytest.fixture(scope="module")
def said(run: Run) -> dict[str, dict[str, str]]:
    return words(run.folder / "run.json")


@pytest.mark.parametrize(("name", "check"), FINDINGS.items())
def test_a_hostile_model_has_one_finding(said: dict[str, dict[str, str]], name: str, check: str) -> None:
    assert failed(said[f"hostile:{name}"]) == [check]
    assert "harness error" not in said[f"hostile:{name}"].values()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_model_has_no_finding(said: dict[str, dict[str, str]], name: str) -> None:
    assert failed(said[f"hostile:{name}"]) == []
    assert "passed" in said[f"hostile:{name}"].values()


@pytest.mark.parametrize("name", HUNG)
def test_a_hang_names_the_place_in_the_model(run: Run, name: str) -> None:
    subjects, _ = record.load(run.folder / "run.json")
    (verdict,) = (
        verdict
        for one in subjects
        if one.about.spec == f"hostile:{name}"
        for verdict in one.verdicts.values()
        if verdict.word == "failed"
    )

    assert "(hostile.py:" in str(verdict.findings[0].seen) or "(in its stream)" in str(verdict.findings[0].seen)


@pytest.mark.parametrize(("name", "line"), UNMADE.items())
def test_a_constructor_that_hangs_raises_or_leaves_is_one_failing_item(unmade: Run, name: str, line: str) -> None:
    pytest.LineMatcher(unmade.out.splitlines()).fnmatch_lines_random(
        [f"--llm-impl=hostile:{name}: {line}", f"FAILED llm-conformance::hostile:{name}::load - *"]
    )


def test_the_run_goes_on_after_a_constructor_that_hangs(unmade: Run) -> None:
    assert unmade.code == 1
    assert "= 3 failed, 1 passed" in unmade.out
    assert "llm_conformance" not in unmade.out


def test_the_run_ends_as_a_run_with_findings(run: Run) -> None:
    assert run.code == 1
    assert f" {len(FINDINGS)} failed" in run.out.splitlines()[-1]


def test_no_traceback_of_the_harness_is_shown(run: Run) -> None:
    assert "llm_conformance" not in run.out
    assert "INTERNALERROR" not in run.out
    assert "Warning" not in run.out
