"""A process that judges one subject after the other keeps nothing of the runs that are over."""

from __future__ import annotations

import gc
from weakref import ref

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder

RUNS = 10


class Garbage:
    """What a run leaves behind: many objects, in a cycle."""

    def __init__(self) -> None:
        self.cycle = self
        self.objects: list[list[int]] = [[] for _ in range(50_000)]


def test_garbage_of_finished_runs_is_collected_although_each_run_freezes_what_exists() -> None:
    # What other tests have frozen.
    gc.unfreeze()
    left: list[ref[Garbage]] = []

    for _ in range(RUNS):
        driver = Driver(Recorder(), 1)
        left.append(ref(Garbage()))
        driver.close()

    assert sum(one() is not None for one in left) < RUNS / 2
