"""The threads of a call end after its timeout."""

from __future__ import annotations

import threading

from llm_conformance.control.script import Script
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import STREAM
from llm_conformance.observe.controlled_call import ControlledCall

SHORT, PATIENT = 0.2, 30.0


def test_watching_a_model_that_never_stops_ends_with_the_timeout() -> None:
    script, driver = Script(), Driver(Recorder(), SHORT)
    call = ControlledCall(script, driver, STREAM, script.plan(("a", "b")))
    watching: list[threading.Thread] = []
    never_stopped = script.play(call.answer.prompt)

    async def act() -> None:
        watching.append(threading.current_thread())
        next(never_stopped)
        await call.wait_until_stopped()

    result = call.run(act)

    watching[0].join(PATIENT)
    driver.close()
    assert result.hung is not None
    assert not watching[0].is_alive()
    assert "stopped" not in call.outcome(result).milestones
