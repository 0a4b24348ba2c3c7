"""A model that keeps its answers has no events for one that it has kept; one that fails is not taken for it."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM
from zoo.conforming.langchain_based import CallOnly
from zoo.findings import COSTLY


class FailsForShortPrompts(EchoLLM):
    """Raises for the prompts of the suite, and not for one that no call has asked."""

    async def astream_events(self, input: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: A002
        if "(" not in str(input):
            raise ValueError("no events for this prompt")
        async for event in super().astream_events(input, *args, **kwargs):
            yield event


class KeepsTwo(CallOnly):
    """A small cache: whether the answer to a prompt is in it depends on the calls before."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cache=InMemoryCache(maxsize=2), **kwargs)


class KeepsThree(CallOnly):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cache=InMemoryCache(maxsize=3), **kwargs)


class KeepsMessages(BaseChatModel):
    """A chat model with a cache, whose answers have no usage: the end of one that is kept is lost in v1."""

    @property
    def _llm_type(self) -> str:
        return "keeps-messages"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cache=InMemoryCache(), **kwargs)

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        text = f"You said: {messages[-1].content}"
        for one in stop or ():
            text = text.partition(one)[0]
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])


class LosesTheRunId(CallOnly):
    """Has no cache, and passes no run id on."""

    async def ainvoke(self, input: Any, config: Any = None, **kwargs: Any) -> str:  # noqa: A002
        passed = {key: value for key, value in (config or {}).items() if key != "run_id"}
        return await super().ainvoke(input, passed, **kwargs)  # type: ignore[arg-type]


class NoRunWithAConfig(CallOnly):
    """Passes no callbacks on if it is given others."""

    async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:  # noqa: A002
        if config and config.get("tags"):
            yield "An answer without a run."
            return
        async for chunk in super().astream(input, config, **kwargs):
            yield chunk


@pytest.mark.parametrize(
    ("model", "fails"),
    [
        (KeepsTwo, []),
        (KeepsThree, []),
        (KeepsMessages, []),
        (NoRunWithAConfig, ["config.accepted"]),
        (LosesTheRunId, ["config.run-id"]),
    ],
)
def test_what_a_kept_answer_lacks_is_not_reported(model: type[Any], fails: list[str]) -> None:
    with Run(RunSpec.of(ImplSpec(__name__, model.__name__))) as run:
        # What is in a cache depends on the calls before.
        verdicts = {check: run.judge.verdict(check) for check in (one for one in CHECKS if one not in COSTLY)}
    failed = [name for name, one in verdicts.items() if one.status is Status.FAILED and one.level is not Level.MAY]
    assert failed == fails


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
