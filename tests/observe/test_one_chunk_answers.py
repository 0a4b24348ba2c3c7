"""Unusual adapters: no check reports a fault that such an adapter cannot notice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import checks_for
from llm_conformance.records import Control, Level, Status, Verdict
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_reference import LLM, GenerationChunk
from llm_reference.models.openai.completions import OpenAICompletions


class AsksForWholeAnswers(LLM):
    """Has no `_stream`, so its stream() is one chunk, which comes with the whole answer."""

    url: str
    timeout: float = 60.0

    @property
    def _llm_type(self) -> str:
        return "whole"

    def _call(self, *args: Any, **kwargs: Any) -> str:
        kwargs.pop("run_manager", None)
        return self._client._call(*args, **kwargs)

    @property
    def _client(self) -> OpenAICompletions:
        return OpenAICompletions(base_url=f"{self.url}/v1", api_key="key-of-whole", timeout=self.timeout, max_retries=0)


class GivesTextsAlone(AsksForWholeAnswers):
    """Yields no chunk without a text, so an empty answer has no chunk, which is an error in langchain-core."""

    def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in self._client._stream(prompt, *args, **kwargs):
            if chunk.text:
                yield chunk


@cache
def verdicts_of(name: str, *groups: str) -> dict[str, Verdict]:
    declared = Profile(claims={"short-timeout": True}, short_timeout={"timeout": 1.0})
    spec, kwargs = ImplSpec(__name__, name), {"url": "{url}"}
    with Run(RunSpec.of(spec, kwargs=kwargs, profile=declared, wire="openai-completions", timeout=5)) as run:
        selected = [one.id for one in checks_for(Control.WIRE) if one.id.startswith(groups)]
        return {check: run.judge.verdict(check) for check in selected}


def failures(verdicts: dict[str, Verdict]) -> dict[str, object]:
    return {
        check: one.findings for check, one in verdicts.items() if one.status in {Status.FAILED, Status.HARNESS_ERROR}
    }


def test_no_wire_check_fails_for_an_adapter_that_requests_whole_answers() -> None:
    assert failures(verdicts_of("AsksForWholeAnswers", "wire.")) == {}


@pytest.mark.parametrize(
    "check",
    ["wire.keeps-text", "wire.stall[stall_with_comments]", "wire.syntax[comments]", "wire.terminator[late_close]"],
)
def test_what_only_a_stream_can_have_does_not_apply_to_a_whole_answer(check: str) -> None:
    assert verdicts_of("AsksForWholeAnswers", "wire.")[check].status is Status.NOT_APPLICABLE


def test_an_empty_answer_that_is_an_error_of_its_stream_is_shown_and_gates_nothing() -> None:
    verdicts = verdicts_of("GivesTextsAlone", "wire.content", "wire.golden")

    assert {verdicts[check].level for check in failures(verdicts)} == {Level.SHOULD}
