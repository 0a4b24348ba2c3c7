"""Conforming models, however unusual, pass every check at MUST and SHOULD; exceptions are listed with their reasons."""

from random import Random
from types import ModuleType
from typing import Any

import pytest

from llm_conformance.records import Level, Status
from llm_conformance.run import Run
from llm_conformance.subject.spec import ImplSpec
from zoo.conforming import (
    adapters,
    answers,
    chains,
    chat_models,
    hooked,
    langchain_based,
    plain,
    reference_based,
    scripted,
    scripted_chains,
    scripted_odd,
    sse_readers,
    usage,
)

WIRED = (adapters, sse_readers)
MODULES = (
    plain,
    answers,
    reference_based,
    usage,
    chat_models,
    hooked,
    langchain_based,
    chains,
    scripted,
    scripted_odd,
    scripted_chains,
    *WIRED,
)
CONFORMING = [(module, name) for module in MODULES for name in module.__all__]
KWARGS: dict[str, dict[str, Any]] = {"NeedsArguments": {"greeting": "Well:"}}
_NO_HINTS = {"wire.delivery[informational]": "RFC 9110, 15.2: http.client takes status 103 for the response"}
_NO_STOP = {"stop.cuts": "STOP-001: it accepts any keyword and ignores it"}
EXCUSED: dict[str, dict[str, str]] = {
    "UppercaseStep": _NO_STOP,
    "parrot": _NO_STOP,
    "ByHttpClient": _NO_HINTS,
    "ByUrllib": _NO_HINTS,
    "fallback_answers": {"errors.keep-cause": "STREAM-010: if both models fail, langchain-core raises the first error"},
}


def failed_checks(spec: ImplSpec, kwargs: dict[str, Any] | None = None, wire: str | None = None) -> dict[str, Any]:
    with Run(spec, kwargs=kwargs, wire=wire, timeout=5) as run:
        verdicts = [one for one in run.record().verdicts.values() if one.level is not Level.MAY]
    assert [(one.check, one.details) for one in verdicts if one.status is Status.HARNESS_ERROR] == []
    return {one.check: one.findings for one in verdicts if one.status is Status.FAILED}


@pytest.mark.parametrize(("module", "name"), CONFORMING, ids=[f"{one.__name__}:{name}" for one, name in CONFORMING])
def test_a_conforming_model_passes(module: ModuleType, name: str) -> None:
    spec = ImplSpec(module.__name__, name)
    wired = module in WIRED

    found = (
        failed_checks(spec, {"url": "{url}"}, "openai-completions") if wired else failed_checks(spec, KWARGS.get(name))
    )

    assert set(found) == set(EXCUSED.get(name, {})), found


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for-good"])
@pytest.mark.parametrize("call", range(1, 61, 2))
def test_a_model_that_changes_its_answer_at_any_call_passes(
    *, call: int, for_good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers.ChangesAtOneCall, "changes_at", call)
    monkeypatch.setattr(answers.ChangesAtOneCall, "for_good", for_good)
    monkeypatch.setattr(answers.ChangesAtOneCall, "calls", 0)

    assert failed_checks(ImplSpec("zoo.conforming.answers", "ChangesAtOneCall")) == {}


@pytest.mark.parametrize("seed", range(30))
def test_a_model_that_differs_in_one_call_of_twenty_passes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.RarelyDifferent, "chance", Random(seed))  # noqa: S311 - no secret

    assert failed_checks(ImplSpec("zoo.conforming.answers", "RarelyDifferent")) == {}
