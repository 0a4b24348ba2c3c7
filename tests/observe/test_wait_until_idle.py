"""A reader leaves a provider that is silent: between two packets of it a loop may have nothing to do, too."""

from __future__ import annotations

import pytest

from llm_conformance.control.wire import Wire
from llm_conformance.driver.driver import Driver
from llm_conformance.driver.recorder import Witness
from llm_conformance.observe.call_styles import ASTREAM
from llm_conformance.observe.controlled_call import Rehearsal


@pytest.mark.parametrize("gates", [(1,), (1, 2)])
def test_a_model_rests_when_its_provider_is_at_its_gate(gates: tuple[int, ...]) -> None:
    came: list[str] = []
    wire, driver = Wire("openai-completions"), Driver(Witness(), 10)
    this = Rehearsal(wire, driver, ASTREAM, wire.announce(("a", "b", "c"), gates=gates))

    def arrive() -> None:
        came.append("the provider at its gate")
        this.cue.gates[1].reached.set()

    async def act() -> None:
        # Not the first time that the loop has nothing to do, but the second.
        this.at_rest(lambda: this.at_rest(arrive))
        await this.rested()
        came.append("the model at rest")

    done = this.perform(act)

    driver.close()
    wire.close()
    assert (done.hung, done.raised) == (None, None)
    assert came == ["the provider at its gate", "the model at rest"]
