from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
import warnings
from contextlib import closing

import pytest

from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.driver.redactor import Redactor

LONG = 30.0


def test_an_exception_is_recorded_with_its_place_and_its_cause(driver: Driver) -> None:
    def act() -> None:
        try:
            dict[str, int]()["inner"]
        except KeyError as error:
            raise ValueError("outer") from error

    raised = driver.call(act).raised

    assert raised is not None
    assert (raised.type, raised.message) == ("ValueError", "outer")
    assert raised.location.startswith("test_driver.py:")
    assert raised.cause is not None
    assert raised.cause.type == "KeyError"


def test_sys_exit_in_the_model_is_a_record(driver: Driver) -> None:
    raised = driver.call(lambda: sys.exit(3)).raised

    assert raised is not None
    assert raised.type == "SystemExit"


def test_sys_exit_in_a_task_of_the_model_leaves_the_loop_running(driver: Driver) -> None:
    async def act() -> None:
        async def leave() -> None:
            sys.exit(3)

        await asyncio.gather(asyncio.ensure_future(leave()))

    first = driver.acall(act)
    second = driver.acall(lambda: asyncio.sleep(0))

    assert first.raised is not None
    assert first.raised.type == "SystemExit"
    assert (second.raised, second.hung) == (None, None)


def test_unlimited_recursion_is_a_record(driver: Driver) -> None:
    def act() -> None:
        act()

    raised = driver.call(act).raised

    assert raised is not None
    assert raised.type == "RecursionError"


def test_the_deadline_of_a_slow_model_is_ten_times_its_slowest_answer(driver: Driver) -> None:
    driver.note_answer(CallResult(could_run=8), items=1, calls=2)
    driver.note_answer(CallResult(could_run=3), items=1)

    assert driver.deadline(1) == 40
    assert driver.deadline(6) == 240


def test_what_other_processes_took_does_not_make_a_model_slow() -> None:
    asked = threading.Event()

    def stands_still() -> float:
        asked.set()
        return 0.0

    def answers_late() -> None:
        asked.wait()

    driver = Driver(Recorder(Redactor()), timeout=0.5, new_clock=lambda: stands_still)
    answer = driver.call(answers_late)
    driver.note_answer(answer, items=1)
    driver.close()

    assert answer.could_run <= 0.05
    assert driver.deadline(1) == 0.5


def test_a_call_that_fails_does_not_change_the_deadline(driver: Driver) -> None:
    failed = driver.call(lambda: sys.exit(3))
    failed.seconds = failed.could_run = 1_000
    driver.note_answer(failed, items=1_000)

    assert driver.deadline(1) == LONG
    assert driver.longest == 0


def test_warnings_are_recorded_even_where_they_are_errors(driver: Driver) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        act = driver.call(lambda: warnings.warn("old", DeprecationWarning, stacklevel=1))

    assert act.raised is None
    assert act.warnings == ("DeprecationWarning: old",)


def test_a_stray_exception_of_a_thread_reaches_no_hook_of_the_session(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[object] = []
    monkeypatch.setattr(threading, "excepthook", reached.append)

    def act() -> None:
        def fail() -> None:
            raise ValueError("stray")

        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()

    record = driver.call(act)

    assert not reached
    assert record.warnings == ("in a thread: ValueError('stray')",)


def test_a_secret_is_redacted_in_the_record() -> None:
    driver = Driver(Recorder(Redactor(["sk-very-secret"])), LONG)

    def act() -> None:
        raise ValueError("bad key sk-very-secret")

    raised = driver.call(act).raised
    driver.close()

    assert raised is not None
    assert raised.message == "bad key ***"
    assert "sk-very-secret" not in raised.traceback
    assert raised.leaks_secret


def test_a_thread_that_waits_on_the_loop_is_measured(driver: Driver) -> None:
    async def act() -> None:
        # On a busy machine the thread is also interrupted; it waits more often than that.
        for _ in range(30):
            time.sleep(0.01)  # noqa: ASYNC251 - that is what the pulse shall show

    stalls = driver.acall(act).stalls

    assert stalls is not None
    assert stalls.seconds >= 0.3
    assert stalls.waited in {stalls.seconds, None}


def test_a_thread_that_computes_on_the_loop_does_not_wait(driver: Driver) -> None:
    async def act() -> None:
        end = time.perf_counter() + 0.3
        while time.perf_counter() < end:
            pass

    stalls = driver.acall(act).stalls

    assert stalls is not None
    assert stalls.seconds >= 0.3
    assert stalls.waited in {0.0, None}


def test_a_loop_that_keeps_running_does_not_wait(driver: Driver) -> None:
    async def act() -> None:
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.3)

    stalls = driver.acall(act).stalls

    assert stalls is not None
    assert not stalls.proves_blocking(0.3)


def test_a_stall_before_a_call_is_not_counted(driver: Driver) -> None:
    async def stand_still() -> None:
        time.sleep(0.3)  # noqa: ASYNC251 - that is what the pulse shall show

    async def hurry() -> None:
        await asyncio.sleep(0)

    driver.acall(stand_still)
    stalls = driver.acall(hurry).stalls

    assert stalls is not None
    assert not stalls.proves_blocking(0.3)


@pytest.mark.usefixtures("nothing_frozen")
@pytest.mark.parametrize("last", ["the first", "the second"])
def test_existing_objects_are_frozen_until_the_last_driver_is_closed(last: str) -> None:
    # pytest makes the runs of all subjects before it judges the first one.
    drivers = [Driver(Recorder(), LONG), Driver(Recorder(), LONG)]
    drivers.pop(1 if last == "the first" else 0).close()
    frozen_until_it_is_closed = gc.get_freeze_count() > 0
    drivers.pop().close()

    assert frozen_until_it_is_closed
    assert gc.get_freeze_count() == 0


def test_what_other_runs_have_recorded_is_frozen_too(driver: Driver) -> None:
    with closing(Driver(Recorder(), 1)) as other:
        before = gc.get_freeze_count()
        records = [[number] for number in range(1_000)]
        other.frozen.with_earlier_runs(1)
        frozen = gc.get_freeze_count() - before

    assert frozen >= len(records)


@pytest.mark.usefixtures("nothing_frozen")
def test_a_run_that_is_alone_freezes_nothing_twice(driver: Driver) -> None:
    before = gc.get_freeze_count()
    records = [[number] for number in range(1_000)]

    driver.frozen.with_earlier_runs(1)

    assert gc.get_freeze_count() <= before
    assert records


def test_what_a_module_imports_is_frozen_too(driver: Driver) -> None:
    before = gc.get_freeze_count()

    with driver.frozen.with_imports():
        imported = [[number] for number in range(300_000)]

    assert gc.get_freeze_count() - before >= len(imported)


@pytest.mark.parametrize(("number", "frozen"), [(300_000, True), (1_000, False)])
def test_much_that_calls_leave_is_frozen_too(driver: Driver, *, number: int, frozen: bool) -> None:
    driver.frozen.with_growth(LONG, driver.dropped)
    before = gc.get_freeze_count()
    records = [[one] for one in range(number)]

    driver.frozen.with_growth(LONG, driver.dropped)

    assert (gc.get_freeze_count() - before >= len(records)) is frozen


def test_garbage_is_collected_before_the_rest_is_frozen(driver: Driver) -> None:
    finalised: list[int] = []

    class Client:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            finalised.append(1)

    Client()
    records = [[one] for one in range(300_000)]

    driver.frozen.with_growth(LONG, driver.dropped)

    assert finalised
    assert records


def test_a_few_objects_of_a_module_are_not_frozen(driver: Driver) -> None:
    before = gc.get_freeze_count()

    with driver.frozen.with_imports():
        imported = [[number] for number in range(1_000)]

    assert gc.get_freeze_count() - before < len(imported)
