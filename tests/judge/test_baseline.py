"""Which findings are langchain-core's own, and which are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks.records import about
from llm_conformance.judge.baseline import inherited_reason
from llm_conformance.records import Finding, Kind

CORE = "langchain_core.language_models.llms.BaseLLM"
LOST = Finding("answers in slots 0 and 2", "slot 0 raised E: no\n(..); slot 2 raised E: no", where="batch_kept")
SUBJECT = replace(
    about(), method_owners={"batch": CORE, "abatch": "acme.LLM", "invoke": CORE}, versions={"langchain-core": "1.7.2"}
)
S4 = "S4: langchain-core's batch fills every slot with the exception when one input fails"


def of(*findings: Finding, check: str = "batch.isolates-failures", **facts: Any) -> str | None:
    return inherited_reason(check, findings, replace(SUBJECT, **facts))


def test_a_finding_on_the_frameworks_own_method_is_the_frameworks() -> None:
    assert of(LOST) == S4


@pytest.mark.parametrize(
    "finding",
    [
        replace(LOST, actual="slot 2 raised E: no"),
        replace(LOST, where="batch"),
        replace(LOST, where="abatch_kept"),
        replace(LOST, where="invoke"),
        replace(LOST, where="no scenario"),
        replace(LOST, where=""),
    ],
    ids=["another look", "another place", "a method of its own", "another act", "no act", "nowhere"],
)
def test_one_finding_that_is_not_the_frameworks_makes_all_the_models(finding: Finding) -> None:
    assert of(finding) is None
    assert of(LOST, finding) is None
    assert of(finding, LOST) is None


def test_another_check_is_not_excused() -> None:
    assert of(LOST, check="batch.return-exceptions") is None


@pytest.mark.parametrize(("version", "inherited"), [("0.1.0", S4), ("2.0.0", None), ("1.8.0rc1", S4)])
def test_a_release_that_does_not_have_it_is_not_excused(version: str, inherited: str | None) -> None:
    assert of(LOST, versions={"langchain-core": version}) == inherited


def test_a_model_without_the_framework_is_not_excused() -> None:
    assert of(LOST, versions={}) is None


def test_a_kind_that_can_help_it_is_not_excused() -> None:
    untold = Finding("the root's start", "no event at all", where="events_v2")
    facts: dict[str, Any] = {"method_owners": {"astream_events": "langchain_core.runnables.base.Runnable"}}

    assert str(of(untold, check="events.first", kind=Kind.CHAIN, **facts)).startswith("unreported: ")
    assert of(untold, check="events.first", kind=Kind.LLM, **facts) is None


def test_a_place_inside_an_observation_is_still_of_that_observation() -> None:
    closed = Finding(
        "a model that stops", "the model: finished at token 8 of 8", where="closed_nested_stream: at the first chunk"
    )
    facts: dict[str, Any] = {"method_owners": {"stream": "langchain_core.runnables.base.Runnable"}}

    assert str(of(closed, check="close.nested", **facts)).startswith("S1: ")
