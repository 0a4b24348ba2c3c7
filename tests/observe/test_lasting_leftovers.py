"""What a call leaves behind for longer than the deadline is waited for once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from llm_conformance.control.script import Script
from llm_conformance.driver.call_result import CallResult
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import STREAM
from llm_conformance.observe.controlled_call import ControlledCall
from llm_conformance.records import ControlledOutcome, Milestone

# Longer than the harness looks before it collects garbage, and a little after that.
TIMEOUT = 1.0

Calls = list[tuple[CallResult, ControlledOutcome]]


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    """Two calls that each leave the same thread behind."""
    script, driver, end = Script(), Driver(Recorder(), TIMEOUT), threading.Event()

    def leave(call: ControlledCall) -> tuple[CallResult, ControlledOutcome]:
        stream = script.play(call.answer.prompt)

        async def act() -> None:
            next(stream)
            threading.Thread(target=work, args=(end,), daemon=True).start()
            stream.close()
            await call.wait_until_stopped()

        result = call.run(act)
        return result, call.outcome(result)

    yield [leave(ControlledCall(script, driver, STREAM, script.plan(("a", "b")))) for _ in range(2)]
    end.set()
    driver.close()


def work(end: threading.Event) -> None:
    end.wait()


def test_a_leftover_is_waited_for_up_to_the_deadline(calls: Calls) -> None:
    result, outcome = calls[0]

    assert result.hung is not None
    assert "in work" in outcome.leftovers[0]


def test_a_leftover_that_lasts_is_not_waited_for_again(calls: Calls) -> None:
    assert calls[1][0].hung is None


def test_a_leftover_that_is_not_waited_for_is_recorded(calls: Calls) -> None:
    outcome = calls[1][1]

    assert outcome.leftovers == calls[0][1].leftovers
    assert Milestone.MODEL_STOPPED in outcome.milestones
    assert Milestone.NOTHING_LEFT not in outcome.milestones
