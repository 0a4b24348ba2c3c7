"""A client's own timeout, while the harness holds an answer, is inconclusive."""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance.control.script import Script
from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import STREAM
from llm_conformance.observe.client_timeout import is_timeout
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.observe.inconclusive import Inconclusive
from llm_conformance.records import Raised, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec


class ReadTimeout(Exception):  # noqa: N818 - as httpx names it
    pass


def raised(error: BaseException) -> Raised:
    return Recorder().exception(error)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), True),
        (ReadTimeout(), True),
        (caused(RuntimeError(), ReadTimeout()), True),
        (ValueError("timeout"), False),
    ],
)
def test_a_timeout_is_known_by_its_class_or_that_of_its_cause(error: Exception, *, expected: bool) -> None:
    assert is_timeout(raised(error)) is expected


@pytest.mark.parametrize(("could_run", "conclusive"), [(0.2, False), (5.0, True)])
def test_a_timeout_at_a_gate_proves_something_if_the_process_could_run(could_run: float, *, conclusive: bool) -> None:
    script, driver = Script(), Driver(Recorder(), 10)
    call = ControlledCall(script, driver, STREAM, script.plan(("a", "b"), gates=(1,)))
    call.answer.gates[1].reached.set()
    call.finish()
    driver.close()

    result = CallResult(raised=raised(ReadTimeout()), seconds=5, could_run=could_run)

    if conclusive:
        assert call.outcome(result).raised
    else:
        with pytest.raises(Inconclusive, match="a timeout of the client"):
            call.outcome(result)


def verdict(name: str, check: str) -> Any:
    with Run(RunSpec.of(ImplSpec("zoo.conforming.scripted_threads", name), timeout=0.5)) as run:
        return run.judge.verdict(check)


def test_a_client_that_gives_up_while_a_hundred_answers_are_held_is_not_reported() -> None:
    assert verdict("Impatient", "concurrency.threads").status in {Status.PASSED, Status.INCONCLUSIVE}


def test_a_model_that_serves_one_process_wide_call_is_not_reported_for_what_the_harness_holds() -> None:
    assert verdict("OneCallOfAProcess", "batch.concurrency-limit").status is Status.INCONCLUSIVE
