"""The choice among tools that a model forgets at one entry point is named in the finding."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import ChatGenerationChunk, EchoChatModel


class CallsOnDemand(EchoChatModel):
    """Calls a tool only if it must."""

    def _pieces(self, *args: Any, **kwargs: Any) -> Any:
        return super()._pieces(*args, **{**kwargs, "tool_choice": kwargs.get("tool_choice") or "none"})


class ForgetsTheDemand(CallsOnDemand):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        if kwargs.get("tool_choice") == "any":
            del kwargs["tool_choice"]
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk


@pytest.mark.parametrize(("model", "found"), [(CallsOnDemand, []), (ForgetsTheDemand, ["tool_choice='any'"])])
def test_a_demand_for_any_call_that_is_forgotten_is_a_finding(model: type[Any], found: list[str]) -> None:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__))) as run:
        verdict = run.judge.verdict("tools.choice")

    assert verdict.status is (Status.FAILED if found else Status.PASSED)
    assert [one.where.partition(", ")[0] for one in verdict.findings] == found
