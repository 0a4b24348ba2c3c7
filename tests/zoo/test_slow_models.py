"""Where only time can tell: what takes long is not accused, and a defect that only takes long is."""

from typing import Any

import pytest

from llm_conformance.records import Status, Verdict
from llm_conformance.run import Run
from llm_conformance.subject.spec import ImplSpec
from llm_zoo import timing
from zoo.conforming import slow


def verdict(check: str, model: type[Any]) -> Verdict:
    with Run(ImplSpec(model.__module__, model.__qualname__)) as run:
        return run.judge.verdict(check)


@pytest.mark.parametrize("name", slow.__all__)
@pytest.mark.parametrize("check", ["loop.not-blocked-timing", "live.stream-timing"])
def test_a_model_that_takes_its_time_is_not_accused(check: str, name: str) -> None:
    found = verdict(check, getattr(slow, name))

    assert found.status in {Status.PASSED, Status.NOT_TESTABLE, Status.NOT_APPLICABLE}, found


def test_a_loop_that_goes_on_for_long_enough_passes() -> None:
    assert verdict("loop.not-blocked-timing", slow.SlowTokens).status is Status.PASSED


def test_chunks_that_come_one_after_the_other_pass() -> None:
    assert verdict("live.stream-timing", slow.SlowTokens).status is Status.PASSED


def test_a_loop_that_stands_still_by_work_is_shown() -> None:
    found = verdict("loop.not-blocked-timing", slow.ComputesOnLoop)

    assert found.status is Status.NOT_TESTABLE
    assert found.reason.startswith("the loop stood still for ")


def test_a_conforming_model_is_not_asked_again() -> None:
    with Run(ImplSpec(slow.__name__, "SlowTokens")) as run:
        run.judge.verdict("loop.not-blocked-timing")
        run.judge.verdict("live.stream-timing")

    doubted = ["doubted_ainvoke", "doubted_stream", "doubted_astream"]
    assert [list(run.recorded[name]["by"]) for name in doubted] == [["the first time"]] * 3


@pytest.mark.parametrize(
    ("check", "model"),
    [("loop.not-blocked-timing", timing.BlocksLoopWhileWaiting), ("live.stream-timing", timing.ChunksBuffered)],
)
def test_a_model_is_accused_by_two_calls(check: str, model: type[Any]) -> None:
    found = verdict(check, model)

    assert found.status is Status.FAILED
    assert ", and " in str(found.findings[0].actual)
