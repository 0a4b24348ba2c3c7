"""A model that samples is asked again and again, as long as a trait tells its call styles apart."""

from collections import defaultdict
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.observe.call_styles import AINVOKE, ASTREAM, INVOKE, STREAM, CallStyle
from llm_conformance.records import NotJudged, SampledTexts, Status
from llm_conformance.records.codec import decode
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.scenarios.sampled import ROUNDS, orders
from llm_conformance.subject.spec import ImplSpec

STYLES = ("invoke()", "ainvoke()", "stream()", "astream()")


def sampled(spec: str) -> tuple[SampledTexts, Any]:
    with Run(RunSpec(impl=ImplSpec.parse(spec))) as run:
        verdict = run.judge.verdict("stream.sampled-parity")
        texts = decode(run.recorded["sampled_texts"])
    assert isinstance(texts, SampledTexts)
    return texts, verdict


def test_a_model_whose_answers_are_alike_is_asked_once_in_each_call_style() -> None:
    texts, verdict = sampled("zoo.conforming.answers:Sampling")

    assert {label: len(some) for label, some in texts.texts.items()} == dict.fromkeys(STYLES, 1)
    assert verdict.status is Status.PASSED


def test_a_difference_is_reported_after_ten_answers_of_each_call_style() -> None:
    texts, verdict = sampled("llm_zoo.text:SampledWhitespaceStripped")

    assert texts.model_calls == ROUNDS * len(STYLES)
    # Both streams lose the whitespace: one defect, one finding.
    assert [(one.where, one.code) for one in verdict.findings] == [("stream()", "lost")]


def test_a_model_that_gives_one_answer_is_not_asked() -> None:
    with Run(RunSpec(impl=ImplSpec.parse("llm_reference:EchoLLM"))) as run:
        assert run.judge.verdict("stream.sampled-parity").status is Status.NOT_APPLICABLE
        assert "sampled_texts" not in run.recorded


def test_an_answer_that_a_cache_gives_again_proves_nothing() -> None:
    cached = SampledTexts(texts={"invoke()": ("at 9",) * 10, "stream()": (*"abcdefghij",)})

    (result,) = CHECKS["stream.sampled-parity"].judge(cached)

    assert isinstance(result, NotJudged)
    assert result.status is Status.INCONCLUSIVE


@pytest.mark.parametrize("period", range(1, 25))
def test_a_list_of_answers_does_not_tell_the_call_styles_apart(period: int) -> None:
    """Of each style, an answer comes from the same place of the list as one of `invoke()`."""
    places = defaultdict[CallStyle, set[int]](set)
    for at, style in enumerate(style for order in orders() for style in order):
        places[style].add(at % period)

    assert all(places[INVOKE] & places[style] for style in (AINVOKE, STREAM, ASTREAM))
