"""What has been seen to hang is not waited for again and again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.driver.patience import Patience
from llm_conformance.driver.recorder import Recorder
from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from zoo.conforming.plain import Bare

SHORT = 0.05


class HangsAgainAndAgain(Bare):
    """Answers `invoke`, and hangs in each other call."""

    def stream(self, *_: Any, **__: Any) -> Any:
        threading.Event().wait()

    def batch(self, *_: Any, **__: Any) -> Any:
        threading.Event().wait()

    async def ainvoke(self, *_: Any, **__: Any) -> Any:
        threading.Event().wait()

    async def astream(self, *_: Any, **__: Any) -> Any:
        threading.Event().wait()
        yield ""


def never() -> None:
    threading.Event().wait()


def test_the_first_hangs_are_waited_for_in_full() -> None:
    patience = Patience(10)

    for _ in range(3):
        assert patience.seconds(10) == 10
        patience.note_hang(10, "m.py:1 in f")

    assert patience.short
    assert patience.seconds(10) == 1


def test_a_slow_model_is_waited_for_a_tenth_of_its_deadline() -> None:
    patience = Patience(10)
    patience.note_hang(260, "m.py:1 in f")

    assert patience.seconds(260) == 26


def test_a_short_timeout_is_not_made_shorter() -> None:
    patience = Patience(0.5, full=0)
    for _ in range(3):
        patience.note_hang(0.5, "m.py:1 in f")

    assert patience.short
    assert patience.seconds(0.5) == 0.5


def test_whatever_hangs_a_run_waits_less_than_a_minute() -> None:
    patience, waited = Patience(10), 0.0
    for _ in range(200):
        patience.note_end()

    while not patience.exhausted:
        one = patience.seconds(10) + patience.grace
        waited += one
        patience.note_hang(one, "m.py:1 in f")

    assert waited < 60


def test_the_time_in_which_a_released_call_may_end_is_counted() -> None:
    driver = Driver(Recorder(), SHORT)
    driver.patience = Patience(SHORT, full=1.0)
    driver.call(never, on_timeout=lambda: None)
    driver.close()

    assert driver.patience.short


def test_a_model_that_hangs_at_few_places_is_asked_to_the_end() -> None:
    patience, asked = Patience(10, full=0), 0
    for _ in range(20):
        patience.note_hang(1, "m.py:1 in f")
        for _ in range(30):
            patience.note_end()
        asked += not patience.exhausted

    assert asked == 20


def test_a_call_that_ended_is_noted() -> None:
    driver = Driver(Recorder(), SHORT)
    driver.patience = Patience(SHORT, short=0, earned=1)
    before = driver.patience.exhausted
    driver.call(lambda: None)
    driver.close()

    assert (before, driver.patience.exhausted) == (True, False)


def test_calls_that_end_earn_a_minute_at_most() -> None:
    patience = Patience(0, full=0, short=0, earned=1)
    for _ in range(1_000):
        patience.note_end()

    hangs = 0
    while not patience.exhausted:
        patience.note_hang(1, "m.py:1 in f")
        hangs += 1

    assert hangs == 60


def test_a_call_that_is_given_up_early_is_marked() -> None:
    driver = Driver(Recorder(), SHORT)
    driver.patience = Patience(SHORT, full=0, least=0)
    marks = []
    for _ in range(4):
        driver.call(never)
        marks.append(driver.cut_short)
    driver.close()

    assert marks == [False, False, False, True]


@pytest.fixture(scope="module")
def statuses() -> dict[str, tuple[Status, str]]:
    spec = ImplSpec(__name__, HangsAgainAndAgain.__name__)
    with Run(RunSpec.of(spec, timeout=SHORT)) as run:
        run._driver.patience = Patience(SHORT / 3, full=SHORT, short=SHORT / 10, least=0, earned=0)
        names = ("stream.completes", "batch.completes", "ainvoke.completes")
        return {name: ((one := run.judge.verdict(name)).status, one.reason) for name in names}


def test_the_first_hang_of_a_run_is_a_finding(statuses: dict[str, tuple[Status, str]]) -> None:
    assert statuses["stream.completes"][0] is Status.FAILED


def test_a_hang_that_is_not_waited_for_in_full_proves_nothing(statuses: dict[str, tuple[Status, str]]) -> None:
    status, reason = statuses["batch.completes"]

    assert status is Status.INCONCLUSIVE
    assert reason.startswith("2 calls before it did not end (test_patience.py:")


def test_a_model_that_hangs_too_often_is_asked_no_more(statuses: dict[str, tuple[Status, str]]) -> None:
    status, reason = statuses["ainvoke.completes"]

    assert status is Status.INCONCLUSIVE
    assert reason.startswith("not tried: 2 calls before it did not end")
