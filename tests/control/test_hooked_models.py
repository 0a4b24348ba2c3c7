"""Verdicts on a black box with controlled hooks, and the reasons where its hooks are not controlled."""

from typing import Any

import pytest

import llm_conformance
from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.judge.rejudge import judge_again
from llm_conformance.records import Control, Status
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.explain import explain
from llm_conformance.report.reach import reach_lines
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import EchoLLM
from zoo.conforming.sampling import LengthByChance

BY_CAUSE = (
    "stream.lazy",
    "stream.close-unstarted",
    "live.stream",
    "live.events",
    "live.nested",
    "loop.not-blocked",
    "loop.not-blocked-by-events",
    "close.stream",
    "close.astream",
    "close.break",
    "close.events",
    "close.nested",
    "close.isolated",
    "cancel.astream",
    "cancel.events",
    "cancel.usable",
)
CONFORMING = "zoo.conforming.hooked"


def verdicts(record: SubjectRecord) -> dict[str, tuple[Status, str]]:
    return {name: (record.verdicts[name].status, record.verdicts[name].reason) for name in BY_CAUSE}


@pytest.fixture(scope="module")
def echo() -> SubjectRecord:
    return llm_conformance.check_llm("llm_reference:EchoLLM").record


def test_a_black_box_with_hooks_is_judged_by_cause(echo: SubjectRecord) -> None:
    assert verdicts(echo) == dict.fromkeys(BY_CAUSE, (Status.PASSED, ""))


def test_a_check_that_needs_a_known_text_is_not_testable(echo: SubjectRecord) -> None:
    verdict = echo.verdicts["errors.stream"]

    assert (verdict.status, verdict.reason) == (Status.NOT_TESTABLE, "needs control script, the run has blackbox")


def test_the_run_judged_again_has_the_same_verdicts(echo: SubjectRecord) -> None:
    assert judge_again(echo).verdicts == echo.verdicts


def test_the_hint_names_the_controlled_hooks(echo: SubjectRecord) -> None:
    lines = reach_lines(echo.subject_info, tuple(echo.verdicts.values()), None)

    assert "   this model can be paused only between the chunks of _stream and _astream" in lines


@pytest.mark.parametrize(
    ("spec", "kwargs", "why"),
    [
        (f"{CONFORMING}:Final", {}, "it is a final class"),
        ("zoo.conforming.langchain_based:one_answer", {}, "it is not a class"),
        (
            "langchain_core.language_models:FakeStreamingListLLM",
            {"responses": ["Hello, world! It works."]},
            "it overrides neither _stream nor _astream",
        ),
    ],
)
def test_the_reason_says_why_hooks_are_not_controlled(spec: str, kwargs: dict[str, Any], why: str) -> None:
    record = llm_conformance.check_llm(spec, kwargs=kwargs).record

    reason = f"needs control script, the run has blackbox, and its hooks cannot be paused: {why}"
    assert verdicts(record)["live.stream"] == (Status.NOT_TESTABLE, reason)
    lines = reach_lines(record.subject_info, tuple(record.verdicts.values()), None)
    assert f"   this model cannot be paused: {why}" in lines


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (
            "SubclassNeedsArgument",
            "its hooks cannot be paused: a subclass of it raised TypeError: SubclassNeedsArgument.__init_subclass__()",
        ),
        ("RejectsSubclasses", "the hook raised"),
        ("HookReturnsObject", "the hooks were not called for this prompt"),
    ],
)
def test_a_model_that_behaves_differently_under_control_is_inconclusive(name: str, why: str) -> None:
    record = llm_conformance.check_llm(f"{CONFORMING}:{name}").record

    status, reason = verdicts(record)["close.stream"]
    assert status is Status.INCONCLUSIVE
    assert reason.startswith(why)


@pytest.mark.parametrize("seed", [8, 11, 16, 34])
def test_a_shorter_answer_that_ends_before_it_is_cancelled_proves_nothing(seed: int) -> None:
    LengthByChance.draw.seed(seed)
    with Run(RunSpec(impl=ImplSpec.parse("zoo.conforming.sampling:LengthByChance"))) as run:
        status = run.judge.verdict("cancel.astream").status

    assert status is not Status.FAILED


def test_an_answer_of_few_chunks_is_not_controlled() -> None:
    record = llm_conformance.check_llm(f"{__name__}:Terse").record

    reason = "the answer is too short (5 chunks) to pause the model in it"
    assert verdicts(record)["live.stream"] == (Status.INCONCLUSIVE, reason)


class Terse(EchoLLM):
    """Has five words for everything."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return [" I", " verdicts", ":", " ", "".join(super()._tokens(prompt, stop))]


@pytest.mark.parametrize(
    ("check", "needs"),
    [
        ("live.stream", "control script, or a class that overrides _stream or _astream; "),
        ("errors.stream", "control script; "),
        ("live.stream-timing", None),
    ],
)
def test_the_explanation_of_a_check_says_what_it_needs(check: str, needs: str | None) -> None:
    lines = [line for line in explain(check) if line.startswith("needs ")]

    assert lines == ([f"needs        {needs}see --llm-explain=control"] if needs else [])


def test_only_controlled_scenarios_use_hooks() -> None:
    assert [one.name for one in SCENARIOS.values() if one.hookable and one.control is Control.BLACKBOX] == []
