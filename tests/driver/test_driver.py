from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator, Iterator

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.gc_pause import gc_paused

PATIENT = 30.0
SHORT = 0.2


@pytest.fixture
def driver() -> Iterator[Driver]:
    driver = Driver(Recorder(), PATIENT)
    yield driver
    driver.close()


@pytest.fixture
def impatient() -> Iterator[Driver]:
    driver = Driver(Recorder(), SHORT)
    yield driver
    driver.close()


def never() -> None:
    threading.Event().wait()


async def anever() -> None:
    await asyncio.Event().wait()


async def tokens_of_a_stuck_stream() -> AsyncIterator[str]:
    yield "a"
    await asyncio.Event().wait()


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


def test_a_call_that_hangs_is_named_by_its_place(impatient: Driver) -> None:
    hung = impatient.call(never).hung

    assert hung is not None
    assert hung.location.endswith("in never")


def test_a_task_that_hangs_is_named_by_its_place(impatient: Driver) -> None:
    hung = impatient.acall(anever).hung

    assert hung is not None
    assert hung.location.endswith("in anever")


def test_a_hung_asynchronous_generator_is_named_by_its_place(impatient: Driver) -> None:
    async def act() -> None:
        async for _ in tokens_of_a_stuck_stream():
            pass

    hung = impatient.acall(act).hung

    assert hung is not None
    assert hung.location.endswith("in tokens_of_a_stuck_stream")


def test_a_hung_thread_that_a_task_waits_for_is_named_by_its_place(impatient: Driver) -> None:
    async def act() -> None:
        await asyncio.get_running_loop().run_in_executor(None, never)

    hung = impatient.acall(act).hung

    assert hung is not None
    assert hung.location.endswith("in never")


def test_a_blocked_loop_is_left_behind_and_a_new_one_serves(impatient: Driver) -> None:
    before = impatient.loop

    async def block() -> None:
        never()

    blocked = impatient.acall(block)
    after = impatient.acall(lambda: asyncio.sleep(0))

    assert blocked.hung is not None
    assert blocked.hung.location.endswith("in never")
    assert (after.raised, after.hung) == (None, None)
    assert impatient.loop is not before


def test_a_task_that_obeys_its_cancellation_keeps_the_loop(impatient: Driver) -> None:
    before = impatient.loop

    impatient.acall(anever)

    assert impatient.loop is before


def test_a_slow_model_is_given_ten_times_its_slowest_call(driver: Driver) -> None:
    act = driver.call(lambda: None, calls=2)

    assert driver.deadline(1) == PATIENT
    driver._timeout = 0
    assert driver.deadline(6) == pytest.approx(10 * 6 * act.seconds / 2)


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


def test_a_secret_is_blotted_out_of_what_is_recorded() -> None:
    driver = Driver(Recorder(["sk-very-secret"]), PATIENT)

    def act() -> None:
        raise ValueError("bad key sk-very-secret")

    raised = driver.call(act).raised
    driver.close()

    assert raised is not None
    assert raised.message == "bad key ***"
    assert "sk-very-secret" not in raised.traceback
    assert raised.leaks_secret


def test_a_thread_that_waits_on_the_loop_is_seen(driver: Driver) -> None:
    async def act() -> None:
        time.sleep(0.3)  # noqa: ASYNC251 - that is what the pulse shall show

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


def test_a_loop_that_goes_on_does_not_wait(driver: Driver) -> None:
    async def act() -> None:
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.3)

    stalls = driver.acall(act).stalls

    assert stalls is not None
    assert not stalls.proves_blocking(0.3)


def test_what_came_before_a_call_is_not_counted_in_it(driver: Driver) -> None:
    async def stand_still() -> None:
        time.sleep(0.3)  # noqa: ASYNC251 - that is what the pulse shall show

    async def hurry() -> None:
        await asyncio.sleep(0)

    driver.acall(stand_still)
    stalls = driver.acall(hurry).stalls

    assert stalls is not None
    assert not stalls.proves_blocking(0.3)


def test_what_was_there_before_is_not_looked_through_for_garbage() -> None:
    # Whatever other tests have left.
    gc.unfreeze()

    outer, inner = Driver(Recorder(), PATIENT), Driver(Recorder(), PATIENT)
    inner.close()
    frozen_until_it_is_closed = gc.get_freeze_count() > 0
    outer.close()

    assert frozen_until_it_is_closed
    assert gc.get_freeze_count() == 0


def test_a_call_that_hangs_where_nothing_is_collected_does_not_keep_the_collector_out(impatient: Driver) -> None:
    def act() -> None:
        with gc_paused():
            never()

    hung = impatient.call(act).hung

    assert hung is not None
    assert gc.isenabled()
