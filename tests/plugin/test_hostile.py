"""Models that hang, exit, interrupt, recurse, lie, meddle and never end: one finding each, and none of another model.

`pytest tests/plugin/test_hostile.py -m matrix` has them judged by every check, and two more that take seconds.
"""

from __future__ import annotations

import pytest

from llm_conformance.records import saved_run
from plugin.bench import Run, Starter, failed, statuses_of

ALONE = "llm-conformance"
QUICK = ["-p", "no:asyncio", "-o", "llm_timeout=1", "-W", "error"]
# Each has one finding, also of all checks.
FINDINGS = {
    "hostile:HangsInCall": "invoke.completes",
    "hostile:HangsInStream": "stream.completes",
    "hostile:HangsInAstream": "astream.completes",
    "hostile:HangsInAWorkerThread": "astream.completes",
    "hostile:BlocksTheLoop": "astream.completes",
    "hostile:ExitsInCall": "invoke.completes",
    "hostile:ExitsInAstream": "astream.completes",
    "hostile:ExitsInATask": "astream.completes",
    "hostile:Interrupts": "invoke.completes",
    "hostile:InterruptsTheLoop": "astream.completes",
    "hostile:Recurses": "invoke.completes",
    "hostile:SwallowsCancellation": "astream.completes",
    "hostile:RaisesTheUnspeakable": "invoke.completes",
    "vandals:ReplacesAtACall": "invoke.completes",
    "vandals:BreaksTheHarness": "invoke.completes",
    "vandals:ClosesEveryFile": "ainvoke.completes",
    "vandals:Terminates": "invoke.completes",
    "vandals:Kills": "invoke.completes",
    "vandals:InterruptsItself": "invoke.completes",
    "vandals:SignalsUser": "invoke.completes",
    "vandals:RaisesASignal": "invoke.completes",
    "vandals:Aborts": "invoke.completes",
    "vandals:LeavesADump": "invoke.completes",
    "plain:Hangs": "invoke.completes",
    "plain:BlocksTheLoop": "astream.completes",
    "plain:Exits": "stream.completes",
}
# The same, but it takes seconds to see.
SLOW_FINDINGS = {"hostile:NeverEnds": "stream.completes", "lying:RepeatsEvents": "events.completes"}
# They are judged by this check alone: others may notice what they do, too.
FIRST_FINDINGS = {
    "hostile:HangsInClose": "close.stream",
    "hostile:HangsWhenLetGo": "close.finaliser",
    "hostile:HangsWithAHandler": "callbacks.accepted",
    "lying:LiesInInvoke": "invoke.returns-text",
    "lying:LiesInStream": "stream.yields-text",
    "lying:LiesInBatch": "batch.order",
    "lying:HasHugeNumber": "invoke.returns-text",
    "lying:RaisesSilently": "invoke.completes",
    "lying:RaisesAtLength": "invoke.completes",
    "lying:RaisesTrickily": "invoke.completes",
    "lying:StreamsNothingForEver": "stream.completes",
    "lying:StreamsForEver": "astream.completes",
    "lying:HasEndlessBatch": "batch.returns-list",
    "lying:WatchedForEver": "callbacks.accepted",
    "meddling:ClosesTheLoop": "astream.completes",
    "meddling:IgnoresGeneratorExit": "close.stream",
    "meddling:LeavesTasks": "close.no-leaks",
}
ODD = [
    *("hostile:NoRepr", "hostile:NoTruth", "hostile:AnswersEverything", "plain:Plain"),
    *("lying:LiesOfItself", "lying:StreamsHostileText", "lying:HugeChunk"),
    *("meddling:ReplacesClocks", "meddling:StopsTheTime", "meddling:RemovesModules", "meddling:WarnsAsErrors"),
    *("meddling:ClearsTheEnvironment", "meddling:ChangesTheFolder", "meddling:SilencesThePrint"),
    *("meddling:ClosesTheOutput", "meddling:HasNoOutput", "meddling:BreaksTheCollector", "meddling:BreaksLogging"),
    *("meddling:BreaksHooks", "meddling:SlowsSwitching", "meddling:ClearsThePath", "meddling:LeavesThreads"),
    *("meddling:LimitsRecursion", "replacing:ReplacesWhenImported", "vandals:ClosesItsOutput"),
    *("vandals:TurnsTheOutputAway", "vandals:LeavesAnAlarm", "vandals:PipeBreaks", "vandals:LeavesAForkedChild"),
    *("vandals:RemovesItsFolder", "vandals:Traces", "vandals:Limits", "vandals:SetsProcessWide"),
]
# The same class before and after the others: it gets the same verdicts.
NEIGHBOURS = "llms:Conformant", "meddling:Neighbour"
COMPLETES = [f"{call}.completes" for call in ("invoke", "ainvoke", "stream", "astream", "batch", "events")]
HUNG = [
    *(spec for spec in FINDINGS if spec.partition(":")[2].startswith(("Hangs", "Blocks", "Swallows"))),
    *("hostile:HangsInClose", "hostile:HangsWhenLetGo", "hostile:HangsWithAHandler"),
]
UNMADE = {
    "hostile:HangsWhenMade": (
        "constructing it had not ended after 1.8 s (hostile.py:* in never); if it needs longer, raise *"
    ),
    "hanging:Model": "importing 'hanging' had not ended after 1.8 s (hanging.py:*); if it needs longer, raise *",
    "unprintable:RaisesWhenMade": "constructing it raised ValueError: no licence *",
    "hostile:LeavesWhenMade": "constructing it raised SystemExit: 9",
    "vandals:ReplacesWhenMade": "constructing it: it replaced *",
}
PEAK = """
import resource
from pathlib import Path

def pytest_unconfigure():
    Path("peak.txt").write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""
# Kilobytes. The exception takes 50 MB, and the chunk 100 MB; without a bound it was 1.6 GB.
MOST_MEMORY = 400_000


def nodes(spec: str, *checks: str) -> list[str]:
    """The option that names a model, and the node ids of these checks; of all checks if none is given."""
    node = f"{ALONE}::{spec}"
    return [f"--llm-impl={spec}", *([f"{node}::{one.replace('.', '::')}" for one in checks] or [node])]


@pytest.fixture(scope="module")
def run(started: Starter) -> Run:
    """All models in one process, between two neighbours that conform."""
    (started.folder / "conftest.py").write_text(PEAK, encoding="utf-8")
    before, after = map(nodes, NEIGHBOURS)
    several = [one for spec in (*FINDINGS, *ODD) for one in nodes(spec, *COMPLETES)]
    single = [one for spec, check in FIRST_FINDINGS.items() for one in nodes(spec, check)]
    return started(*before, *several, *single, *after, *QUICK, "--llm-report=run.json")


@pytest.fixture(scope="module")
def unmade(started: Starter) -> Run:
    """Models that cannot be made, beside one that can; with a short timeout for those that hang."""
    (started.folder / "hanging.py").write_text("import threading\nthreading.Event().wait()", encoding="utf-8")
    specs = [f"--llm-impl={spec}" for spec in (*UNMADE, "plain:Plain")]
    return started(ALONE, *specs, "-p", "no:asyncio", "-o", "llm_timeout=0.3", "-k", "load or yields-text")


@pytest.fixture(scope="module")
def statuses(run: Run) -> dict[str, dict[str, str]]:
    return statuses_of(run.folder / "run.json")


@pytest.mark.parametrize(("spec", "check"), [*FINDINGS.items(), *FIRST_FINDINGS.items()])
def test_a_hostile_model_has_one_finding(statuses: dict[str, dict[str, str]], spec: str, check: str) -> None:
    assert failed(statuses[spec]) == [check]
    assert "harness error" not in statuses[spec].values()


@pytest.mark.parametrize("spec", ODD)
def test_an_odd_model_has_no_finding(statuses: dict[str, dict[str, str]], spec: str) -> None:
    assert failed(statuses[spec]) == []
    assert "harness error" not in statuses[spec].values()
    assert ("passed" in statuses[spec].values()) is (spec != "lying:HugeChunk")


def test_a_neighbour_of_all_these_models_has_the_verdicts_that_it_has_alone(
    statuses: dict[str, dict[str, str]],
) -> None:
    before, after = (statuses[spec] for spec in NEIGHBOURS)

    assert after == before
    assert list(before.values()).count("passed") > 100
    assert failed(before) == []


def test_the_memory_of_the_run_is_bounded(run: Run) -> None:
    assert int((run.folder / "peak.txt").read_text(encoding="utf-8")) < MOST_MEMORY


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
def test_a_model_that_hangs_raises_or_leaves_when_it_is_made_is_one_failing_item(
    unmade: Run, spec: str, line: str
) -> None:
    pytest.LineMatcher(unmade.out.splitlines()).fnmatch_lines_random(
        [f"--llm-impl={spec}: {line}", f"FAILED llm-conformance::{spec}::load - *"]
    )


def test_the_run_goes_on_after_a_model_that_cannot_be_made(unmade: Run) -> None:
    assert unmade.code == 1
    assert f"= {len(UNMADE)} failed, 1 passed" in unmade.out
    assert "llm_conformance" not in unmade.out


def test_the_run_ends_as_a_run_with_findings(run: Run) -> None:
    assert run.code == 1
    assert " failed, " in run.out.splitlines()[-1]


def test_no_traceback_of_the_harness_is_shown(run: Run) -> None:
    assert "llm_conformance" not in run.out
    assert "INTERNALERROR" not in run.out
    assert "Warning" not in run.out


@pytest.mark.matrix
def test_all_checks_report_a_hostile_model_once(started: Starter) -> None:
    findings = FINDINGS | SLOW_FINDINGS
    options = [f"--llm-impl={spec}" for spec in findings]
    run = started(ALONE, *options, *QUICK, "--llm-report=all.json")

    found = {spec: failed(one) for spec, one in statuses_of(run.folder / "all.json").items()}
    assert found == {spec: [check] for spec, check in findings.items()}
    assert "harness error" not in run.out
