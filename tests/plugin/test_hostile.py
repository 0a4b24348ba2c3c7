"""Models that hang, exit, interrupt and recurse: one finding each, and the run goes on."""

from __future__ import annotations

import pytest

from llm_conformance.records import saved_run
from plugin.bench import Run, Starter, failed, statuses_of

ALONE = "llm-conformance"
QUICK = ["-p", "no:asyncio", "-o", "llm_timeout=1"]
FINDINGS = {
    "hostile:HangsInCall": "invoke.completes",
    "hostile:HangsInStream": "stream.completes",
    "hostile:HangsInAstream": "astream.completes",
    "hostile:HangsInAWorkerThread": "astream.completes",
    "hostile:BlocksTheLoop": "astream.completes",
    "hostile:NeverEnds": "stream.completes",
    "hostile:ExitsInCall": "invoke.completes",
    "hostile:ExitsInAstream": "astream.completes",
    "hostile:ExitsInATask": "astream.completes",
    "hostile:Interrupts": "invoke.completes",
    "hostile:InterruptsTheLoop": "astream.completes",
    "hostile:Recurses": "invoke.completes",
    "hostile:SwallowsCancellation": "astream.completes",
    "hostile:RaisesTheUnspeakable": "invoke.completes",
    "plain:Hangs": "invoke.completes",
    "plain:BlocksTheLoop": "astream.completes",
    "plain:Exits": "stream.completes",
}
ODD = ["hostile:NoRepr", "hostile:NoTruth", "hostile:AnswersEverything", "plain:Plain"]
HUNG = [spec for spec in FINDINGS if spec.partition(":")[2].startswith(("Hangs", "Blocks", "Never", "Swallows"))]
UNMADE = {
    "hostile:HangsWhenMade": (
        "constructing it had not ended after 1.8 s (hostile.py:* in never); if it needs longer, raise *"
    ),
    "unprintable:RaisesWhenMade": "constructing it raised ValueError: no licence *",
    "hostile:LeavesWhenMade": "constructing it raised SystemExit: 9",
}


def options_for(*specs: str) -> list[str]:
    return [f"--llm-impl={spec}" for spec in specs]


@pytest.fixture(scope="module")
def run(started: Starter) -> Run:
    """All subjects in one run, in one process."""
    options = ["--llm-report=run.json", "-W", "error"]
    return started(ALONE, *options_for(*FINDINGS, *ODD), *QUICK, *options)


@pytest.fixture(scope="module")
def unmade(started: Starter) -> Run:
    """Subjects that cannot be constructed, beside one that can; with a short timeout for the hung constructor."""
    options = ["-p", "no:asyncio", "-o", "llm_timeout=0.3", "-k", "load or yields-text"]
    return started(ALONE, *options_for(*UNMADE, "plain:Plain"), *options)


@pytest.fixture(scope="module")
def statuses(run: Run) -> dict[str, dict[str, str]]:
    return statuses_of(run.folder / "run.json")


@pytest.mark.parametrize(("spec", "check"), FINDINGS.items())
def test_a_hostile_model_has_one_finding(statuses: dict[str, dict[str, str]], spec: str, check: str) -> None:
    assert failed(statuses[spec]) == [check]
    assert "harness error" not in statuses[spec].values()


@pytest.mark.parametrize("spec", ODD)
def test_an_odd_model_has_no_finding(statuses: dict[str, dict[str, str]], spec: str) -> None:
    assert failed(statuses[spec]) == []
    assert "passed" in statuses[spec].values()


@pytest.mark.parametrize("spec", HUNG)
def test_a_hang_is_reported_with_its_location(run: Run, spec: str) -> None:
    subjects = saved_run.load(run.folder / "run.json").subjects
    (verdict,) = (
        verdict
        for one in subjects
        if one.subject_info.spec == spec
        for verdict in one.verdicts.values()
        if verdict.status == "failed"
    )

    actual = str(verdict.findings[0].actual)
    assert f"({spec.partition(':')[0]}.py:" in actual or "(in its stream)" in actual


@pytest.mark.parametrize(("spec", "line"), UNMADE.items())
def test_a_constructor_that_hangs_raises_or_leaves_is_one_failing_item(unmade: Run, spec: str, line: str) -> None:
    pytest.LineMatcher(unmade.out.splitlines()).fnmatch_lines_random(
        [f"--llm-impl={spec}: {line}", f"FAILED llm-conformance::{spec}::load - *"]
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
