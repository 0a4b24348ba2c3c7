"""The time of a garbage collection does not depend on the model; garbage of one instance does not count for another."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

import pytest

from llm_conformance.records import Control, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_reference import LLM, GenerationChunk

_CROWD = 10


class ClosesOnWhateverLoop(LLM):
    """Ends as AsyncOpenAI does: what is collected on a loop closes there what others have opened."""

    script: Any
    closed: ClassVar[int] = 0

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.itself = self
        self.served = 0

    def __del__(self) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        if self.served >= _CROWD:
            ClosesOnWhateverLoop.closed += 1

    @property
    def _llm_type(self) -> str:
        return "closes"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.script.play(prompt, stop))

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for token in self.script.play(prompt, stop):
            yield GenerationChunk(text=token)

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        self.served = number = self.served + 1
        before = ClosesOnWhateverLoop.closed
        async for token in self.script.aplay(prompt, stop):
            if number == _CROWD:
                # As any allocation may do.
                gc.collect()
            if ClosesOnWhateverLoop.closed > before:
                raise ConnectionError("closed by the end of another instance")
            yield GenerationChunk(text=token)


@pytest.fixture
def collected_by_the_model_alone() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("collected_by_the_model_alone")
def test_no_instance_is_collected_while_a_crowd_is_served() -> None:
    declared = Profile(control=Control.SCRIPT)
    with Run(RunSpec.of(ImplSpec(__name__, "ClosesOnWhateverLoop"), profile=declared, timeout=5)) as run:
        verdicts = [run.judge.verdict(check) for check in ("concurrency.tasks", "concurrency.any-order")]

    assert [(one.status, one.findings) for one in verdicts] == [(Status.PASSED, ())] * 2
