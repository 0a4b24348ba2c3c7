"""What a call that was given up has left behind does not work on."""

from __future__ import annotations

import threading

from llm_conformance.control.script import Script
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import STREAM
from llm_conformance.observe.controlled_call import ControlledCall

SHORT, PATIENT = 0.2, 30.0


def test_nobody_watches_a_model_that_never_stops_once_it_is_given_up() -> None:
    script, driver = Script(), Driver(Recorder(), SHORT)
    this = ControlledCall(script, driver, STREAM, script.plan(("a", "b")))
    watching: list[threading.Thread] = []
    never_stopped = script.play(this.answer.prompt)

    def act() -> None:
        watching.append(threading.current_thread())
        next(never_stopped)
        this.wait_until_stopped()

    done = this.run(act)

    watching[0].join(PATIENT)
    driver.close()
    assert done.hung is not None
    assert not watching[0].is_alive()
    assert "stopped" not in this.outcome(done).milestones
