"""A deadline counts from the last item of a call, in time in which the process could run."""

from __future__ import annotations

import asyncio
import threading

import pytest

from llm_conformance.driver.call_result import CallResult, is_starved
from llm_conformance.driver.deadline import SILENT, Deadline, Progress
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.process_clock import ProcessClock, counted_seconds
from llm_conformance.driver.recorder import Recorder


def act(over: threading.Event) -> None:
    over.wait()


class Watched:
    """A deadline of ten seconds, of a call whose clock and items the test decides."""

    def __init__(self, expected: int = 0) -> None:
        self.now, self.count = 0.0, 0
        self.deadline = Deadline(10, Progress(lambda: self.count, expected), lambda: self.now)

    def passes(self, seconds: float, items: int = 0) -> bool:
        self.now += seconds
        self.count += items
        return self.deadline.passed()


def test_a_call_of_which_nothing_comes_is_hung_after_its_deadline() -> None:
    call = Watched()

    assert not call.passes(9)
    assert call.passes(1)
    assert not call.deadline.endless


def test_each_item_starts_the_deadline_again() -> None:
    call = Watched()

    assert not any(call.passes(9, items=1) for _ in range(10))
    assert not call.passes(9)
    assert call.passes(1)


def test_an_answer_as_long_as_the_last_one_may_take_any_time() -> None:
    call = Watched(expected=2_500)

    assert not any(call.passes(9, items=1) for _ in range(2_500))


def test_a_call_that_yields_ten_times_what_was_expected_is_endless() -> None:
    call = Watched(expected=500)

    assert not call.passes(10, items=5_000)
    assert call.passes(0, items=1)
    assert call.deadline.endless


def test_a_quick_call_may_yield_any_number() -> None:
    assert not Watched(expected=1).passes(9, items=100_000)


@pytest.mark.parametrize(("seconds", "items", "endless"), [(10, 1_000, False), (10, 1_001, True), (100, 1, True)])
def test_without_an_expectation_a_call_is_endless_after_a_thousand_items_or_ten_deadlines(
    seconds: float, items: int, *, endless: bool
) -> None:
    call = Watched()

    assert call.passes(seconds, items) is endless


@pytest.mark.parametrize(
    ("wall", "computed", "queued", "counted"),
    [
        pytest.param(0.1, 0.0, 0.0, 0.1, id="it waits"),
        pytest.param(0.1, 0.1, 0.0, 0.1, id="it computes"),
        pytest.param(0.1, 0.025, 0.075, 0.025, id="it gets a quarter of a processor"),
        pytest.param(0.1, 0.02, 0.03, 0.07, id="it waits, and gets less than it needs"),
        pytest.param(0.1, 0.02, 0.5, 0.02, id="many threads are ready"),
        pytest.param(0.1, 0.0, 0.1, 0.005, id="it is not run at all"),
        pytest.param(0.1, 0.2, 0.0, 0.1, id="it has two processors"),
        pytest.param(60.0, 0.0, 0.0, 0.5, id="the machine stood still"),
        pytest.param(0.1, 0.005, None, 0.1, id="unknown platform: it waits"),
        pytest.param(0.1, 0.05, None, 0.05, id="unknown platform: it computes"),
    ],
)
def test_time_that_others_take_does_not_count(
    wall: float, computed: float, queued: float | None, counted: float
) -> None:
    assert counted_seconds(wall, computed, queued) == pytest.approx(counted)


def test_the_clock_of_the_process_runs() -> None:
    clock = ProcessClock()

    first = clock()

    assert 0 <= first <= clock()


def test_a_call_is_not_hung_while_the_process_is_not_run() -> None:
    # The clock of a process that others keep from running.
    driver, may_end = Driver(Recorder(), 0.01, lambda: lambda: 0.0), threading.Event()
    threading.Timer(0.3, may_end.set).start()

    result = driver.call(lambda: act(may_end))

    driver.close()
    assert result.hung is None


@pytest.mark.parametrize("on_loop", [False, True], ids=["thread", "loop"])
def test_a_call_that_yields_is_not_hung(on_loop: bool) -> None:  # noqa: FBT001 - a parameter
    seconds = iter(range(10_000))
    driver, count = Driver(Recorder(), 10, lambda: lambda: float(next(seconds))), Count(20)
    progress = Progress(count, expected=20)

    result = (
        driver.acall(count.awaited, progress=progress)
        if on_loop
        else driver.call(lambda: act(count.over), progress=progress)
    )

    driver.close()
    assert result.hung is None


class Count:
    """Grows at each look of the driver, until it is over."""

    def __init__(self, last: int) -> None:
        self.over = threading.Event()
        self._count, self._last = 0, last

    def __call__(self) -> int:
        self._count += 1
        if self._count == self._last:
            self.over.set()
        return self._count

    async def awaited(self) -> None:
        await asyncio.to_thread(self.over.wait)


def test_a_silent_call_has_no_progress() -> None:
    assert (SILENT.count(), SILENT.expected) == (0, 0)


@pytest.mark.parametrize(
    ("error", "share", "starved"), [(TimeoutError, 0.1, True), (TimeoutError, 0.9, False), (ValueError, 0.1, False)]
)
def test_a_timeout_of_a_call_that_could_hardly_run_proves_nothing(
    error: type[Exception], share: float, *, starved: bool
) -> None:
    record = CallResult(raised=Recorder().exception(error()), seconds=5, could_run=5 * share)

    assert is_starved(record) is starved
