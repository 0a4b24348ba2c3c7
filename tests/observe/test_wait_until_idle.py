"""A reader leaves a provider that is silent: between two packets of it a loop may have nothing to do, too."""

from __future__ import annotations

import pytest

from llm_conformance.control.wire import Wire
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Recorder
from llm_conformance.observe.call_styles import ASTREAM
from llm_conformance.observe.controlled_call import ControlledCall


@pytest.mark.parametrize("gates", [(1,), (1, 2)])
def test_a_model_rests_when_its_provider_is_at_its_gate(gates: tuple[int, ...]) -> None:
    came: list[str] = []
    wire, driver = Wire("openai-completions"), Driver(Recorder(), 10)
    this = ControlledCall(wire, driver, ASTREAM, wire.plan(("a", "b", "c"), gates=gates))

    def arrive() -> None:
        came.append("the provider at its gate")
        this.answer.gates[1].reached.set()

    async def act() -> None:
        # Not the first time that the loop has nothing to do, but the second.
        this.call_when_idle(lambda: this.call_when_idle(arrive))
        await this.wait_until_idle()
        came.append("the model at rest")

    done = this.run_step(act)

    driver.close()
    wire.close()
    assert (done.hung, done.raised) == (None, None)
    assert came == ["the provider at its gate", "the model at rest"]
