"""Conforming models, however unusual, pass every check at MUST and SHOULD; exceptions are listed with their reasons.

The default run takes every sixth model, leaves out the costly checks, and judges most chat models by the checks of
messages alone. `-m matrix` takes all models, and judges the others by the costly checks, too. `-m whole_matrix` judges
every check of every model.
"""

from collections.abc import Collection, Iterable
from random import Random
from types import ModuleType
from typing import Any

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Level, Status
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from zoo.conforming import (
    adapters,
    answers,
    anthropic_adapters,
    chains,
    chat_adapters,
    chat_blocks,
    chat_calls,
    chat_fakes,
    chat_ids,
    chat_models,
    chat_parts,
    chat_tool_forms,
    chat_tool_limits,
    chat_tools,
    chat_usage,
    chat_v3,
    gemini_adapters,
    hooked,
    langchain_based,
    ollama_adapters,
    plain,
    reference_based,
    responses_adapters,
    sampling,
    scripted,
    scripted_calls,
    scripted_chains,
    scripted_odd,
    scripted_threads,
    scripted_v3,
    sse_readers,
    usage,
)
from zoo.findings import COSTLY, GROUPS_OF_MESSAGES

WIRED = {
    adapters: "openai-completions",
    sse_readers: "openai-completions",
    chat_adapters: "openai-chat",
    anthropic_adapters: "anthropic-messages",
    gemini_adapters: "gemini",
    ollama_adapters: "ollama-chat",
    responses_adapters: "openai-responses",
}
# The longest first.
MODULES = (
    *WIRED,
    scripted,
    scripted_odd,
    scripted_threads,
    scripted_v3,
    scripted_calls,
    scripted_chains,
    hooked,
    langchain_based,
    plain,
    answers,
    reference_based,
    sampling,
    usage,
    chat_models,
    chat_tools,
    chat_tool_forms,
    chat_tool_limits,
    chat_calls,
    chat_usage,
    chat_ids,
    chat_blocks,
    chat_parts,
    chat_fakes,
    chat_v3,
    chains,
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
    "generic_calls": {"calls.concat": "D017: langchain-core's fake leaves the calls of its message out of its stream"},
    "generic_with_id": {"metadata.streamed": "D017: it leaves out the finish reason as well"},
}


CHEAP = CHECKS.keys() - COSTLY
# They differ from other models in their messages alone.
OF_PARTS = {
    chat_calls,
    chat_usage,
    chat_ids,
    chat_blocks,
    chat_parts,
    chat_fakes,
    anthropic_adapters,
    gemini_adapters,
    ollama_adapters,
    responses_adapters,
}
OF_MESSAGES = {check.id for check in CHECKS.values() if check.group in {*GROUPS_OF_MESSAGES, "events-v3"}}
# And these in what they make of tools.
TOOLS = {check.id for check in CHECKS.values() if check.group == "tools"}
# And these in their typed events.
OF_V3 = {check.id for check in CHECKS.values() if check.group == "events-v3"}
OF_ONE_GROUP = {chat_tool_forms: TOOLS, chat_tool_limits: TOOLS, chat_v3: OF_V3, scripted_v3: OF_V3 - COSTLY}

# What each of them says without the suite is in defects/test_chat_adapters.py.
OF_OTHER_APIS = {
    anthropic_adapters: pytest.mark.matrix,
    gemini_adapters: pytest.mark.whole_matrix,
    ollama_adapters: pytest.mark.matrix,
    responses_adapters: pytest.mark.matrix,
}

# The matrix does not judge the rest of these.
JUDGED_IN_PART = {*OF_PARTS, *OF_ONE_GROUP}


def is_sixth(module: ModuleType, name: str) -> bool:
    """Whether it is the first of six models of its module."""
    names: list[str] = module.__all__
    return names.index(name) % 6 == 0


def default_marks(module: ModuleType, name: str) -> list[pytest.MarkDecorator]:
    """Of a model that is judged by every check, the matrix begins with the cheap ones."""
    if (mark := OF_OTHER_APIS.get(module)) is not None:
        return [mark]
    marks = [] if is_sixth(module, name) else [pytest.mark.matrix]
    return marks if module in JUDGED_IN_PART else [*marks, pytest.mark.begins_matrix]


def failed_checks(
    spec: ImplSpec,
    kwargs: dict[str, Any] | None = None,
    wire: str | None = None,
    checks: Iterable[Collection[str]] = (tuple(CHECKS),),
) -> dict[str, Any]:
    """The findings by the id of the failed check, of these checks: one selection after the other, of the same calls."""
    with Run(RunSpec.of(spec, kwargs=kwargs, wire=wire, timeout=5)) as run:
        verdicts = [run.judge.verdict(name) for selected in checks for name in CHECKS if name in selected]
    assert [(one.check, one.details) for one in verdicts if one.status is Status.HARNESS_ERROR] == []
    return {one.check: one.findings for one in verdicts if one.status is Status.FAILED and one.level is not Level.MAY}


def assert_conforming(module: ModuleType, name: str, *checks: Collection[str]) -> None:
    spec = ImplSpec(module.__name__, name)
    if wire := WIRED.get(module):
        found = failed_checks(spec, {"url": "{url}"}, wire, checks)
    else:
        found = failed_checks(spec, KWARGS.get(name), checks=checks)

    assert set(found) == EXCUSED.get(name, {}).keys() & {check for selected in checks for check in selected}, found


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(module, name, id=f"{module.__name__}:{name}", marks=default_marks(module, name))
        for module, name in CONFORMING
    ],
)
def test_a_conforming_model_passes_the_cheap_checks(module: ModuleType, name: str) -> None:
    assert_conforming(module, name, OF_ONE_GROUP.get(module, OF_MESSAGES if module in OF_PARTS else CHEAP))


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(module, name, id=f"{module.__name__}:{name}")
        for module, name in CONFORMING
        if module not in JUDGED_IN_PART
    ],
)
def test_a_conforming_model_passes_the_costly_checks(module: ModuleType, name: str) -> None:
    assert_conforming(module, name, CHEAP, COSTLY)


@pytest.mark.whole_matrix
@pytest.mark.parametrize(
    ("module", "name"), [pytest.param(module, name, id=f"{module.__name__}:{name}") for module, name in CONFORMING]
)
def test_a_conforming_model_passes_every_check(module: ModuleType, name: str) -> None:
    assert_conforming(module, name, CHECKS.keys())


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for-good"])
@pytest.mark.parametrize(
    "call", [pytest.param(call, marks=[pytest.mark.matrix] if call % 12 > 1 else []) for call in range(1, 61, 2)]
)
def test_a_model_that_changes_its_answer_at_any_call_passes(
    *, call: int, for_good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers.ChangesAtOneCall, "changes_at", call)
    monkeypatch.setattr(answers.ChangesAtOneCall, "for_good", for_good)
    monkeypatch.setattr(answers.ChangesAtOneCall, "calls", 0)

    assert failed_checks(ImplSpec("zoo.conforming.answers", "ChangesAtOneCall")) == {}


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for-good"])
@pytest.mark.parametrize(
    "call", [pytest.param(call, marks=[pytest.mark.matrix] if call not in {1, 4, 9} else []) for call in range(1, 25)]
)
def test_a_chat_model_that_changes_its_calls_and_its_usage_at_any_call_passes(
    *, call: int, for_good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_calls.ChangesAtOneCall, "changes_at", call)
    monkeypatch.setattr(chat_calls.ChangesAtOneCall, "for_good", for_good)
    monkeypatch.setattr(chat_calls.ChangesAtOneCall, "calls", 0)

    assert failed_checks(ImplSpec("zoo.conforming.chat_calls", "ChangesAtOneCall"), checks=[OF_MESSAGES]) == {}


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.matrix] if seed > 4 else []) for seed in range(30)]
)
def test_a_model_that_differs_in_one_call_of_twenty_passes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.RarelyDifferent, "chance", Random(seed))  # noqa: S311 - no secret

    assert failed_checks(ImplSpec("zoo.conforming.answers", "RarelyDifferent")) == {}


# With three comparisons, and not eight, each of them failed.
@pytest.mark.parametrize("seed", [0, 3, *(pytest.param(seed, marks=pytest.mark.matrix) for seed in (12, 13, 17, 20))])
def test_a_chat_model_that_chooses_its_tool_by_chance_passes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_tool_limits.ChoosesByChance, "chance", Random(seed))  # noqa: S311 - no secret

    assert failed_checks(ImplSpec("zoo.conforming.chat_tool_limits", "ChoosesByChance"), checks=[TOOLS]) == {}


@pytest.mark.parametrize(
    "start", [pytest.param(start, marks=[pytest.mark.matrix] if start > 1 else []) for start in range(4)]
)
def test_a_model_that_answers_from_a_list_passes(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(langchain_based.Listed, "calls", start)

    assert failed_checks(ImplSpec("zoo.conforming.langchain_based", "Listed"), checks=[CHEAP]) == {}
