"""The suite on the workers of pytest-xdist: where it runs, and that the verdicts are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from llm_conformance import run as conformance_run
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records import saved_run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from plugin.bench import Bench, Run, Starter, impls, statuses_of

ALONE = "llm-conformance"
SUBJECTS = impls("Conformant", "EmptyHanded", "Unstoppable", "factory")
OWN = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_mine(number):
    assert number != 4
"""
RECORDER = """
from pathlib import Path

def pytest_runtest_logreport(report):
    if report.when == "call" and hasattr(report, "worker_id"):
        with Path("workers.txt").open("a") as file:
            print(report.worker_id, report.nodeid, file=file)
"""


@dataclass(frozen=True, slots=True)
class Both:
    """The same run in one process, and on two workers."""

    here: Run
    there: Run


@pytest.fixture(scope="module")
def both(started: Starter) -> Both:
    folder = started.folder
    (folder / "test_own.py").write_text(OWN, encoding="utf-8")
    (folder / "conftest.py").write_text(RECORDER, encoding="utf-8")
    here = started("-p", "no:asyncio", *SUBJECTS, "--llm-report=here.json")
    there = started("-p", "no:asyncio", *SUBJECTS, "--llm-report=there.json", "-p", "xdist", "-n", "2")
    return Both(here, there)


def workers_of(folder: Path) -> dict[str, set[str]]:
    """The workers that judged each subject."""
    found: dict[str, set[str]] = {}
    for line in (folder / "workers.txt").read_text(encoding="utf-8").splitlines():
        worker, node = line.split(" ", 1)
        found.setdefault(node.split("::")[1] if node.startswith(ALONE) else "own", set()).add(worker)
    return found


def chunks_of(report: Path) -> dict[str, dict[str, object]]:
    """The recorded chunks by subject and scenario. Times and ids are left out."""
    subjects = saved_run.load(report).subjects
    return {
        one.subject_info.spec: {name: data.get("chunks") for name, data in one.observations.items()} for one in subjects
    }


def test_a_subject_stays_on_one_worker(both: Both) -> None:
    workers = workers_of(both.there.folder)

    assert workers.keys() - {"own"} == {"llms:Conformant", "llms:EmptyHanded", "llms:Unstoppable", "llms:factory"}
    assert all(len(one) == 1 for subject, one in workers.items() if subject != "own")


def test_workers_find_what_one_process_finds(both: Both) -> None:
    assert both.here.code == both.there.code == 1
    assert statuses_of(both.there.folder / "there.json") == statuses_of(both.here.folder / "here.json")


def test_workers_lead_to_the_same_summary(both: Both) -> None:
    assert "conformant: must" in both.here.out
    here, there = (
        [re.sub(r"^(asked .*) in .*", r"\1", line) for line in run.summary if "FAILED" not in line]
        for run in (both.here, both.there)
    )
    assert there == here


def test_observations_of_a_worker_are_in_the_report(both: Both) -> None:
    here, there = chunks_of(both.here.folder / "here.json"), chunks_of(both.there.folder / "there.json")

    assert here["llms:Conformant"]["stream"]
    assert list(there.items()) == list(here.items())


def test_a_failed_should_is_counted_by_its_name_on_a_worker(both: Both) -> None:
    assert re.search(r"\b1 SHOULD failed \(does not gate\).* in ", both.here.out)
    assert re.search(r"\b1 SHOULD failed \(does not gate\).* in ", both.there.out)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(["--dist", "worksteal"], id="option"),
        pytest.param(["-o", "addopts=--dist=load"], id="file", marks=pytest.mark.matrix),
    ],
)
def test_the_users_own_distribution_mode_is_respected(bench: Bench, how: list[str]) -> None:
    bench.pytester.makeconftest(RECORDER)

    result = bench(
        ALONE, *impls("Conformant"), "-n", "2", *how, "-k", "stream. or batch.", "--durations=0", "--durations-min=0"
    )

    assert result.ret == 0
    result.stdout.re_match_lines([r"\d+\.\d\ds stream of llms:Conformant$"])
    assert len(workers_of(bench.folder)["llms:Conformant"]) == 2


@pytest.mark.matrix
def test_a_subject_stays_on_one_worker_where_the_workers_are_named(bench: Bench) -> None:
    bench.pytester.makeconftest(RECORDER)

    result = bench(ALONE, *impls("Conformant"), "-d", "--tx", "2*popen", "-k", "concat or batch.order")

    assert result.ret == 0
    assert len(workers_of(bench.folder)["llms:Conformant"]) == 1


def test_wire_checks_run_on_the_other_worker(bench: Bench) -> None:
    bench.pytester.makeconftest(RECORDER)
    adapter = '--llm-kwargs={"base_url": "{url}/v1", "api_key": "no-real-key", "model": "m"}'
    run = (ALONE, "--llm-impl=llm_reference:OpenAICompletions", adapter, "--llm-wire=openai-completions")
    select = ("-k", "stream.exact or utf8_cuts", "-q")

    here = bench.saved(*run, *select)
    statuses, [one] = bench.statuses, saved_run.load(bench.report).subjects
    there = bench.saved(*run, *select, "-n", "2")

    assert (here.ret, there.ret) == (0, 0)
    assert bench.statuses == statuses
    assert len(workers_of(bench.folder)["llm_reference:OpenAICompletions"]) == 2
    [two] = saved_run.load(bench.report).subjects
    assert two.observations.keys() == one.observations.keys()
    assert two.calls > one.calls, "both workers called the model"
    assert two.seconds == round(two.seconds, 3)


def test_observations_of_two_workers_go_together(bench: Bench) -> None:
    adapter = '--llm-kwargs={"base_url": "{url}/v1", "api_key": "no-real-key", "model": "m"}'
    run = (ALONE, "--llm-impl=llm_reference:OpenAICompletions", adapter, "--llm-wire=openai-completions")

    # Both compare what a call got with the prompts of the run.
    bench.saved(*run, "-k", "events.first or batch.order or utf8_cuts", "-q", "-n", "2")

    [subject] = saved_run.load(bench.report).subjects
    again = judge_again(subject).verdicts
    assert {one: again[one].status for one in subject.verdicts} == {
        name: one.status for name, one in subject.verdicts.items()
    }


@pytest.mark.parametrize(("ids", "same"), [(("a", "a"), True), (("a", "b"), False), (("", ""), False)])
def test_runs_with_one_id_have_the_same_prompts(ids: tuple[str, str], *, same: bool) -> None:
    impl, values = ImplSpec.parse("llm_reference:OpenAICompletions"), {"base_url": "{url}/v1", "model": "m"}
    asked = RunSpec.of(impl, kwargs=values, wire="openai-completions")

    prompts = []
    for one in ids:
        with conformance_run.Run(replace(asked, run_id=one)) as run:
            prompts.append(run.subject_info.prompts)

    assert (prompts[0] == prompts[1]) is same


def test_a_node_id_runs_one_check_on_a_worker(bench: Bench) -> None:
    bench.pytester.makepyfile(test_broken="import nowhere_to_be_found")

    result = bench.saved("llm-conformance::llms:EmptyHanded::batch::empty", *SUBJECTS, "-n", "2")

    assert result.ret == 1
    assert bench.statuses == {"llms:EmptyHanded": {"batch.empty": "failed"}}


def test_items_are_listed_without_any_worker(bench: Bench) -> None:
    result = bench(ALONE, *SUBJECTS, "-n", "2", "--collect-only", "-q")

    assert result.ret == 0
    assert "llm-conformance::llms:factory::stream::concat" in result.outlines
