"""A process that judges one subject after the other keeps nothing of the runs that are over."""

from __future__ import annotations

import gc
from weakref import ref

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec

pytestmark = pytest.mark.usefixtures("nothing_frozen")

# A process keeps the garbage of five of these runs at most: see _MOST_GARBAGE.
RUNS = 14


class Garbage:
    """What a run leaves behind: many objects, in a cycle."""

    def __init__(self) -> None:
        self.cycle = self
        self.objects: list[list[int]] = [[] for _ in range(50_000)]


def test_garbage_of_finished_runs_is_collected_although_each_run_freezes_what_exists() -> None:
    left: list[ref[Garbage]] = []

    for _ in range(RUNS):
        driver = Driver(Recorder(), 1)
        left.append(ref(Garbage()))
        driver.close()

    assert sum(one() is not None for one in left) < RUNS / 2


# The second and the third check search with Hypothesis, the third with a state machine.
@pytest.mark.parametrize("check", ["invoke.completes", "any-text.stream", "concurrency.any-order"])
def test_nothing_keeps_a_run_that_is_over(check: str) -> None:
    # Hypothesis keeps parts of the first strategy of a process, and nothing of the later ones.
    finished_run(check)

    run, driver = finished_run(check)

    gc.collect()
    assert (run(), driver()) == (None, None)


def finished_run(check: str) -> tuple[ref[Run], ref[Driver]]:
    with Run(RunSpec.of(ImplSpec("zoo.conforming.scripted", "Plain"))) as run:
        run.judge.verdict(check)
    return ref(run), ref(run._driver)


def test_a_run_that_is_over_keeps_no_observation_although_it_is_garbage_in_cycles() -> None:
    with Run(RunSpec.of(ImplSpec("zoo.conforming.scripted", "Plain"))) as run:
        verdict = run.judge.verdict("invoke.completes")
        assert run.judge.observations._found

    assert run.judge.observations._found == {}
    assert run.judge.verdict("invoke.completes") is verdict
