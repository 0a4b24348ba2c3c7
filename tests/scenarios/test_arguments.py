"""What a call changes of its arguments is a finding, in every call style; what a model has of its own is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llm_conformance.records import Status, Verdict
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM


class AddsToAwaitedMessages(EchoLLM):
    async def ainvoke(self, *args: Any, **kwargs: Any) -> Any:
        if isinstance(args[0], list):
            args[0].append(("ai", ""))
        return await super().ainvoke(*args, **kwargs)


class AddsToStreamedMessages(EchoLLM):
    async def astream(self, *args: Any, **kwargs: Any) -> Any:
        if isinstance(args[0], list):
            args[0].append(("ai", ""))
        async for chunk in super().astream(*args, **kwargs):
            yield chunk


def with_metadata() -> Any:
    """A model of langchain-core with metadata of its own, which wins over that of a config."""
    llms = pytest.importorskip("langchain_core.language_models")
    return llms.FakeStreamingListLLM(responses=["Once upon a time"], metadata={"m": "its own", "deep": "too"})


def verdict_of(model: Callable[..., Any], check: str) -> Verdict:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__))) as run:
        return run.judge.verdict(check)


@pytest.mark.parametrize(
    ("model", "status"),
    [
        (EchoLLM, Status.PASSED),
        (AddsToAwaitedMessages, Status.FAILED),
        (AddsToStreamedMessages, Status.FAILED),
    ],
)
def test_messages_that_one_call_changes_are_a_finding(model: type[Any], status: Status) -> None:
    assert verdict_of(model, "input.not-mutated").status is status


@pytest.mark.parametrize("check", ["config.metadata", "config.merged", "nested.metadata"])
def test_a_model_may_have_metadata_of_its_own(check: str) -> None:
    assert verdict_of(with_metadata, check).status is Status.PASSED
