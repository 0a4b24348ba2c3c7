"""Scripts of what sampled answers lose: each fails on the model that loses it, and passes on one that does not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from langchain_core.language_models.llms import LLM
from langchain_core.outputs import GenerationChunk

from llm_conformance.records.sampled import _traits
from llm_conformance.records.saved_run import SavedRun, SubjectRecord
from llm_conformance.reproduce.export import exported
from llm_conformance.reproduce.traits import has_trait
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from reproduce.test_zoo import code_of

CHECK = "stream.sampled-parity"
TEXTS = (
    "",
    " Sea\tsea*  1\n",
    "sea",
    "'SEA' says \"sea\"",
    "seasea",
    "Cafe\u0301 \N{WATER WAVE}",
    "水。",
    "\N{BULLET} one\r\n2",
    "\\n",
    "x" * 200,
)


class Sound(LLM):
    """Answers with some words, others each time."""

    draw: ClassVar[Random] = Random(0)  # noqa: S311 - no secret

    @property
    def _llm_type(self) -> str:
        return "sampling"

    def words(self) -> list[str]:
        """An answer in pieces."""
        return [f"{self.draw.choice(('Sea', 'Star', 'Shadow'))} " for _ in range(self.draw.randint(4, 9))] + ["'n'."]

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.words())

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        return (GenerationChunk(text=word) for word in self.words())


class StreamLosesQuotes(Sound):
    """Its streams have no quotes."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return (GenerationChunk(text=chunk.text.replace("'", "")) for chunk in super()._stream(*args, **kwargs))


class AinvokeIsCut(Sound):
    """Its `ainvoke()` ends after ten characters."""

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return self._call(*args, **kwargs)[:10]


class BatchEndsTwice(Sound):
    """Its `batch()` repeats the end of an answer."""

    def batch(self, *args: Any, **kwargs: Any) -> Any:
        return [answer + answer[-3:] for answer in super().batch(*args, **kwargs)]


class StreamIsEmpty(Sound):
    """Its streams are empty, and only calls with other stop texts show that this is not a cache."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        return iter([GenerationChunk(text="")])


@pytest.mark.parametrize("model", [StreamLosesQuotes, AinvokeIsCut, BatchEndsTwice, StreamIsEmpty])
def test_a_script_asks_for_several_answers_of_both_sides(model: type) -> None:
    with Run(RunSpec(impl=ImplSpec.parse(f"{__name__}:{model.__name__}"))) as run:
        verdict = run.judge.verdict(CHECK)
        record = SubjectRecord(run.subject_info, dict(run.recorded), {CHECK: verdict}, partial="1 check selected")
    text, _ = exported(SavedRun([record], "must", interrupted=False), CHECK, None, Path("repro.py"))

    assert "llm_conformance" not in text
    assert code_of(text) == 1
    assert code_of(text.replace(model.__name__, "Sound")) == 0


@pytest.mark.parametrize("text", TEXTS)
def test_a_script_finds_a_trait_where_the_harness_does(text: str) -> None:
    traits = {trait for some in TEXTS for trait in _traits(some)} | {"at least 4 characters", "more than 4 characters"}
    expected = {*_traits(text), *(["more than 4 characters"] if len(text) > 4 else [])}
    expected |= {"at least 4 characters"} if len(text) >= 4 else set()

    found = {trait for trait in traits if eval(has_trait(trait), {"said": text, "unicodedata": unicodedata})}  # noqa: S307 - our own

    assert found == expected


def test_a_trait_that_has_no_expression_is_named() -> None:
    with pytest.raises(ValueError, match="no expression is known for 'charm'"):
        has_trait("charm")
