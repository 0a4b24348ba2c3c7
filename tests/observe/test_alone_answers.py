"""Answers beside other calls are compared with those that the model gives alone, so that one defect is one finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llm_conformance.judge.deviations_file import Declaration
from llm_conformance.records import Control, Deviation, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.profile import Profile
from llm_conformance.subject.spec import ImplSpec
from llm_reference import GenerationChunk
from llm_zoo.bases.scripted import ScriptedModel


class Strips(ScriptedModel):
    """Loses the blanks of each token in its synchronous stream, alone or not."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for text in self.script.play(prompt, stop):
            yield GenerationChunk(text.strip())


class StripsAndMixes(ScriptedModel):
    """Does so, and has three places for its streams: a fourth one takes the tokens of the first."""

    begun: int = 0
    places: dict[int, Any] = {}  # noqa: RUF012 - the reference copies it for each instance

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        place, self.begun = self.begun % 3, self.begun + 1
        self.places[place] = iter(self.script.play(prompt, stop))
        while (text := next(self.places[place], None)) is not None:
            yield GenerationChunk(text.strip())


def status(model: type[Any], check: str) -> Status:
    """The verdict on a model whose deviation from `stream.exact` is declared."""
    declared = (Declaration(Deviation(check="stream.exact", reason="known"), (), "here"),)
    profile = Profile(control=Control.SCRIPT)
    spec = RunSpec(impl=ImplSpec(__name__, model.__name__), profile=profile, declarations=declared, timeout=2)
    with Run(spec) as run:
        assert run.judge.verdict("stream.exact").status is Status.EXPECTED
        return run.judge.verdict(check).status


@pytest.mark.matrix
@pytest.mark.parametrize("check", ["concurrency.threads", "concurrency.any-order"])
def test_a_declared_loss_of_blanks_is_not_reported_again(check: str) -> None:
    assert status(Strips, check) is Status.PASSED


def test_streams_that_mix_are_reported_behind_a_declared_deviation() -> None:
    assert status(StripsAndMixes, "concurrency.threads") is Status.FAILED
