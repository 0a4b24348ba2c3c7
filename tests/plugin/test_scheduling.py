"""What is left of a worker that died is given to another, except what would end that one, too."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]

from llm_conformance.plugin.scheduling import SubjectScheduling

EXITS = [f"llm-conformance::m:Exits::{check}" for check in ("invoke::completes", "stream::completes", "batch::order")]
GOOD = [f"llm-conformance::m:Good::{check}" for check in ("invoke::completes", "stream::completes")]
OWN = [f"test_own.py::test_{number}" for number in range(3)]


class Worker:
    """Notes what it is asked to run."""

    shutting_down = False
    id = "gw"

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.gateway = self

    def send_runtest_some(self, indices: list[int]) -> None:
        self.asked += indices

    def shutdown(self) -> None:
        self.shutting_down = True


WIRE = [f"llm-conformance::m:Good::wire::{check}" for check in ("delivery[one_write]", "requests")]
BATCH = ["llm-conformance::m:Good::batch::order", "llm-conformance::m:Good::concurrency::threads"]


@pytest.fixture
def scheduling(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> SubjectScheduling:
    """The scheduling of a run with one worker."""
    monkeypatch.setattr(pytestconfig.option, "tx", ["popen"])
    return SubjectScheduling(pytestconfig, Producer("test", enabled=False))


@pytest.fixture
def after_death(scheduling: SubjectScheduling) -> Any:
    """A function: which items the next worker runs if the first dies in one of them, and the item it died in."""

    def after(items: list[str], dies_in: str) -> tuple[str | None, list[str]]:
        first, second = Worker(), Worker()
        scheduling.add_node(first)
        scheduling.add_node_collection(first, items)
        scheduling.schedule()
        while (index := first.asked.pop(0)) != items.index(dies_in):
            scheduling.mark_test_complete(first, index)
        crashed = scheduling.remove_node(first)
        scheduling.add_node(second)
        scheduling.add_node_collection(second, items)
        scheduling.schedule()
        # The list grows meanwhile.
        for index in second.asked:
            scheduling.mark_test_complete(second, index)
        assert scheduling.tests_finished
        return crashed, sorted(items[index] for index in second.asked)

    return after


def test_the_next_worker_does_not_run_the_item_that_ended_the_first(after_death: Any) -> None:
    assert after_death([*EXITS, *GOOD], EXITS[1]) == (EXITS[1], GOOD)


def test_the_next_worker_gets_no_group_that_is_finished(after_death: Any) -> None:
    assert after_death([*GOOD, *EXITS[:1], *OWN], EXITS[0]) == (EXITS[0], OWN)


def test_a_test_of_the_user_takes_no_other_with_it(after_death: Any) -> None:
    assert after_death(OWN, OWN[1]) == (OWN[1], [OWN[2]])


@pytest.mark.parametrize(
    ("items", "workers", "divided", "groups"),
    [
        ([*GOOD, *WIRE], 2, ["m:Good"], [GOOD, WIRE]),
        ([*GOOD, *BATCH, *WIRE], 2, ["m:Good"], [[*BATCH, *WIRE], GOOD]),
        ([*GOOD, *BATCH], 2, ["m:Good"], [[*GOOD, *BATCH]]),
        ([*GOOD, *WIRE], 2, [], [[*GOOD, *WIRE]]),
        ([*GOOD, *WIRE], 1, ["m:Good"], [[*GOOD, *WIRE]]),
    ],
    ids=["more workers than subjects", "other groups", "no wire checks", "not to be divided", "one worker"],
)
def test_wire_checks_have_their_own_worker_where_one_has_nothing_else_to_do(
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    *,
    items: list[str],
    workers: int,
    divided: list[str],
    groups: list[list[str]],
) -> None:
    monkeypatch.setattr(pytestconfig.option, "tx", ["popen"] * workers)
    scheduling = SubjectScheduling(pytestconfig, Producer("test", enabled=False), divided=divided)
    nodes = [Worker() for _ in range(workers)]
    for node in nodes:
        scheduling.add_node(node)
    for node in nodes:
        scheduling.add_node_collection(node, items)
    scheduling.schedule()

    assert [[items[index] for index in node.asked] for node in nodes if node.asked] == groups


def test_nothing_is_left_of_a_worker_that_had_finished(scheduling: SubjectScheduling) -> None:
    worker = Worker()
    scheduling.add_node(worker)

    assert scheduling.remove_node(worker) is None
