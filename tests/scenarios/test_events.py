"""A model that keeps its answers has no events for one that it has kept; one that fails is not taken for it."""

from __future__ import annotations

from typing import Any

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM


class FailsForShortPrompts(EchoLLM):
    """Raises for the prompts of the suite, and not for one that no call has asked."""

    async def astream_events(self, input: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A002
        if "(" not in str(input):
            raise ValueError("no events for this prompt")
        async for event in super().astream_events(input, *args, **kwargs):
            yield event


@pytest.mark.parametrize(
    ("module", "name", "status"),
    [
        (__name__, "FailsForShortPrompts", Status.FAILED),
        ("zoo.conforming.langchain_based", "CachedCall", Status.INCONCLUSIVE),
    ],
)
def test_only_a_model_that_has_no_events_for_the_same_prompt_again_keeps_its_answers(
    module: str, name: str, status: Status
) -> None:
    with Run(RunSpec.of(ImplSpec(module, name))) as run:
        assert run.judge.verdict("events.completes").status is status
