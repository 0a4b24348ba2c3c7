"""What a model does not do is never passed: it is not applicable, not testable or inconclusive."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import llm_conformance
from checks.messages import EXAMPLES
from checks.test_vacuity import PASS_WITHOUT_TEXT
from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.records import Status, Text
from llm_reference import LLM, EchoLLM, GenerationChunk

# They compare texts: a finding of theirs shows one.
OF_TEXT = {
    example.check
    for example in EXAMPLES
    for finding in example.findings
    if isinstance(finding.expected, Text) or isinstance(finding.actual, Text)
}
# They judge a model that is paused, so they judge nothing of a model that the harness cannot pause.
OF_A_PAUSE = {
    check.id
    for check in CHECKS.values()
    if (names := (*check.observations, *check.for_each)) and all(SCENARIOS[name].hookable for name in names)
}
# Of these groups, one chunk shows only that `close()` returns, and what it leaves behind.
OF_STREAMS = {check.id for check in CHECKS.values() if check.group in {"live", "cancel", "close"}}
OF_ONE_CHUNK = {"close.returns", "close.no-leaks", "close.finaliser"}


class Silent(LLM):
    """Has an empty text for everything."""

    @property
    def _llm_type(self) -> str:
        return "silent"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return ""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="")


class SaysNothing:
    """Has the methods that a Runnable needs, and streams without a chunk."""

    def invoke(self, prompt: Any, config: Any = None, **kwargs: Any) -> str:
        return ""

    async def ainvoke(self, prompt: Any, config: Any = None, **kwargs: Any) -> str:
        return ""

    def stream(self, prompt: Any, config: Any = None, **kwargs: Any) -> Iterator[str]:
        yield from ()

    async def astream(self, prompt: Any, config: Any = None, **kwargs: Any) -> AsyncIterator[str]:
        for chunk in tuple[str, ...]():
            yield chunk


class OneChunk(LLM):
    """Has no streaming hook: langchain-core's fallback, which is legal, gives one chunk."""

    @property
    def _llm_type(self) -> str:
        return "one-chunk"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        answer = f"{prompt} is a good question"
        return answer.partition(stop[0])[0] if stop else answer


class NeverEntersItsHooks(EchoLLM):
    """Has hooks and streams without them."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        yield from self.invoke(*args, **kwargs).split(" ")

    async def astream(self, *args: Any, **kwargs: Any) -> Any:
        for word in (await self.ainvoke(*args, **kwargs)).split(" "):
            yield word


def passed(model: type[Any]) -> set[str]:
    verdicts = llm_conformance.check_llm(f"{__name__}:{model.__name__}", timeout=5).verdicts.values()
    assert [one.check for one in verdicts if one.status is Status.HARNESS_ERROR] == []
    return {one.check for one in verdicts if one.status is Status.PASSED}


@pytest.mark.parametrize("model", [Silent, SaysNothing])
def test_a_model_that_says_nothing_passes_no_check_of_text(model: type[Any]) -> None:
    assert passed(model) & OF_TEXT - PASS_WITHOUT_TEXT.keys() == set()


def test_a_model_of_one_chunk_passes_no_check_of_streaming() -> None:
    found = passed(OneChunk)

    assert found & OF_STREAMS - OF_ONE_CHUNK == set()
    assert not found & {"stream.native-async", "stream.backpressure", "events.streams", "callbacks.error-on-close"}


def test_a_model_that_does_not_enter_its_hooks_passes_no_check_of_a_pause() -> None:
    assert passed(NeverEntersItsHooks) & OF_A_PAUSE == set()


def test_the_checks_that_these_models_meet_are_many() -> None:
    assert len(OF_TEXT) > 40
    assert len(OF_A_PAUSE) > 12
