"""`batch_as_completed()`: of langchain-core's models, and of models that write it themselves."""

from collections.abc import Iterator
from typing import Any

import pytest

from llm_conformance.records import Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM
from zoo.conforming.chat_models import StreamsOnLoops


class RepeatsAnIndex(StreamsOnLoops):
    """Yields the index 0 with every answer."""

    def batch_as_completed(self, inputs: Any, config: Any = None, **kwargs: Any) -> Iterator[tuple[int, Any]]:
        for _, answer in super().batch_as_completed(inputs, config, **kwargs):
            yield 0, answer


class SwapsAnswers(StreamsOnLoops):
    """Numbers the answers in the order in which they come."""

    def batch_as_completed(self, inputs: Any, config: Any = None, **kwargs: Any) -> Iterator[tuple[int, Any]]:
        pairs = [*super().batch_as_completed(inputs, config, **kwargs)]
        yield from enumerate(answer for _, answer in sorted(pairs, reverse=True))


@pytest.mark.parametrize(
    ("model", "status", "codes"),
    [
        (StreamsOnLoops, Status.PASSED, []),
        (EchoLLM, Status.NOT_APPLICABLE, []),
        (RepeatsAnIndex, Status.FAILED, ["indices-differ"]),
        (SwapsAnswers, Status.FAILED, ["answer-differs"]),
    ],
)
def test_each_index_comes_once_with_its_answer(model: type[Any], status: Status, codes: list[str]) -> None:
    with Run(RunSpec.of(ImplSpec(model.__module__, model.__name__), timeout=5)) as run:
        verdict = run.judge.verdict("batch.as-completed")

    assert (verdict.status, [finding.code for finding in verdict.findings]) == (status, codes)
