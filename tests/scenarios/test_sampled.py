"""A model that samples is asked again and again, as long as a trait tells its call styles apart."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unicodedata import normalize

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.outputs import GenerationChunk

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.observe.call_styles import INVOKE, CallStyle
from llm_conformance.records import Finding, NotJudged, SampledTexts, Status
from llm_conformance.records.codec import decode
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.scenarios.sampled import ROUNDS, STYLES, orders
from llm_conformance.subject.spec import ImplSpec
from zoo.conforming.sampling import CachedWords, WordsByChance

LABELS = ("invoke()", "ainvoke()", "stream()", "astream()", "batch()", "abatch()")


def sampled(spec: str) -> tuple[SampledTexts, Any]:
    with Run(RunSpec(impl=ImplSpec.parse(spec))) as run:
        verdict = run.judge.verdict("stream.sampled-parity")
        texts = decode(run.recorded["sampled_texts"])
    assert isinstance(texts, SampledTexts)
    return texts, verdict


def test_a_model_whose_answers_are_alike_is_asked_a_few_times_in_each_call_style() -> None:
    texts, verdict = sampled("zoo.conforming.answers:Sampling")

    assert tuple(texts.texts) == LABELS
    assert texts.model_calls < ROUNDS * len(LABELS)
    assert verdict.status is Status.PASSED


def test_a_difference_is_reported_after_twelve_answers_of_each_call_style() -> None:
    texts, verdict = sampled("llm_zoo.text:SampledWhitespaceStripped")

    assert texts.model_calls == ROUNDS * len(LABELS)
    # Both streams lose the whitespace: one defect, one finding.
    assert [(one.where, one.code) for one in verdict.findings] == [("stream()", "lost")]


def test_a_model_that_gives_one_answer_is_not_asked() -> None:
    with Run(RunSpec(impl=ImplSpec.parse("llm_reference:EchoLLM"))) as run:
        assert run.judge.verdict("stream.sampled-parity").status is Status.NOT_APPLICABLE
        assert "sampled_texts" not in run.recorded


@pytest.mark.parametrize(
    ("broken", "traits"),
    [
        (str.upper, "small letters"),
        (str.lower, "capital letters and a capital letter at the beginning"),
        (partial(normalize, "NFC"), "combining characters"),
        (lambda text: text.replace("*", ""), "the character '*'"),
        (lambda text: text.replace("\t", " "), "tabs"),
        (lambda text: text[1:], "capital letters and a capital letter at the beginning"),
        (lambda text: text[:-1], "punctuation at the end"),
        (lambda text: text[:10], "punctuation and tabs"),
        (lambda _: "", "text"),
    ],
)
def test_what_every_answer_loses_is_named(broken: Callable[[str], str], traits: str) -> None:
    answers = [f"Cafe\u0301 {n} {n * 'x'} *or*\t{n}." for n in range(4, 16)]
    texts = {"invoke()": (*answers,), "stream()": (*map(broken, answers),)}

    (finding,) = CHECKS["stream.sampled-parity"].judge(SampledTexts(texts=texts, uncached=True))

    assert isinstance(finding, Finding)
    assert traits in str(finding.expected)


@pytest.mark.parametrize(
    ("broken", "traits"),
    [
        (lambda text: text + "\n", "whitespace at the end"),
        (lambda text: text + text, "the whole text twice"),
        (lambda text: text[:2] + text, "a piece twice at the beginning"),
        (lambda text: text + text[-2:], "a piece twice at the end"),
        (lambda text: text.replace(" ", "  "), "two blanks in a row"),
        (lambda text: text + "[DONE]", "the character '['"),
        (lambda text: text[0] + 40 * "ab" + text[1:], "more than 23 characters"),
    ],
)
def test_what_every_answer_adds_is_named(broken: Callable[[str], str], traits: str) -> None:
    answers = [f"Sea {n * 'x'} or {n}." for n in range(1, 13)]
    texts = {"invoke()": (*answers,), "astream()": (*map(broken, answers),)}

    (finding,) = CHECKS["stream.sampled-parity"].judge(SampledTexts(texts=texts))

    assert isinstance(finding, Finding)
    assert finding.code == "added"
    assert traits in str(finding.expected)


def test_a_call_style_with_a_cache_does_not_hide_what_another_loses() -> None:
    answers = tuple(f"at {n}" for n in range(12))
    joined = tuple(answer.replace(" ", "") for answer in answers)
    texts = {"invoke()": answers, "ainvoke()": ("9",) * 12, "stream()": joined}

    (finding,) = CHECKS["stream.sampled-parity"].judge(SampledTexts(texts=texts))

    assert isinstance(finding, Finding)
    assert finding.where == "stream()"


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

    assert all(places[INVOKE] & places[style] for style in STYLES)


@pytest.mark.parametrize("name", ["LossyBehindCache", "LossyAinvokeBehindCache", "EmptyStream"])
def test_a_stop_text_that_does_not_occur_bypasses_a_cache(name: str) -> None:
    texts, verdict = sampled(f"{__name__}:{name}")

    assert texts.uncached
    assert verdict.status is Status.FAILED


def test_a_sound_model_behind_a_cache_is_judged_by_answers_that_no_cache_has() -> None:
    texts, verdict = sampled(f"{__name__}:SoundBehindCache")

    assert texts.uncached
    assert verdict.status is Status.PASSED


_CACHES: dict[type, InMemoryCache] = {}


class SoundBehindCache(CachedWords):
    """All its instances have one cache."""

    def model_post_init(self, _context: Any) -> None:
        self.cache = _CACHES.setdefault(type(self), InMemoryCache())


class LossyBehindCache(SoundBehindCache):
    """Its streams lose the blanks, and its invoke() gives one answer again and again."""

    def words(self) -> list[str]:
        return [f"{word} " for word in super().words()]

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return (GenerationChunk(text=chunk.text.strip()) for chunk in super()._stream(*args, **kwargs))


class LossyAinvokeBehindCache(SoundBehindCache):
    """Its ainvoke() answers in capital letters, unless invoke() was asked before."""

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return self._call(*args, **kwargs).upper()


class EmptyStream(WordsByChance):
    """Its streams are empty."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return (GenerationChunk(text="") for _ in super()._stream(*args, **kwargs))
