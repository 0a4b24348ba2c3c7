"""What is judged of a black box whose hooks are held, and what is said where they are not."""

from typing import Any

import pytest

import llm_conformance
from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.records import Status
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.explain import explain
from llm_conformance.report.text import control_hint
from llm_reference import EchoLLM

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


def said(record: SubjectRecord) -> dict[str, tuple[Status, str]]:
    return {name: (record.verdicts[name].status, record.verdicts[name].reason) for name in BY_CAUSE}


@pytest.fixture(scope="module")
def echo() -> SubjectRecord:
    return llm_conformance.run_checks("llm_reference:EchoLLM")


def test_a_black_box_with_hooks_is_judged_by_cause(echo: SubjectRecord) -> None:
    assert said(echo) == dict.fromkeys(BY_CAUSE, (Status.PASSED, ""))


def test_what_needs_a_text_that_is_told_stays_out_of_reach(echo: SubjectRecord) -> None:
    verdict = echo.verdicts["errors.stream"]

    assert (verdict.status, verdict.reason) == (Status.NOT_TESTABLE, "needs control script, the run has blackbox")


def test_such_a_run_is_judged_again_as_it_was(echo: SubjectRecord) -> None:
    assert echo.judged_again().verdicts == echo.verdicts


def test_so_much_is_said_at_the_end_of_it(echo: SubjectRecord) -> None:
    first, *others = control_hint(echo.subject_info, echo.verdicts.values())

    assert first.endswith("a scripted model (this one is controlled in _stream and _astream only):")
    assert len(others) == 1


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
def test_it_is_said_why_hooks_are_not_held(spec: str, kwargs: dict[str, Any], why: str) -> None:
    record = llm_conformance.run_checks(spec, kwargs=kwargs)

    reason = f"needs control script, the run has blackbox, and its hooks cannot be held: {why}"
    assert said(record)["live.stream"] == (Status.NOT_TESTABLE, reason)
    assert control_hint(record.subject_info, record.verdicts.values())[-1].endswith(why)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (
            "SubclassNeedsArgument",
            "its hooks cannot be held: a subclass of it raised TypeError: SubclassNeedsArgument.__init_subclass__()",
        ),
        ("RejectsSubclasses", "the hook raised"),
        ("HookReturnsObject", "the hooks were not called for this prompt"),
    ],
)
def test_nothing_is_told_of_who_is_not_himself_when_he_is_held(name: str, why: str) -> None:
    record = llm_conformance.run_checks(f"{CONFORMING}:{name}")

    word, reason = said(record)["close.stream"]
    assert word is Status.NOT_TESTABLE
    assert reason.startswith(why)


def test_few_chunks_are_not_held_between() -> None:
    record = llm_conformance.run_checks(f"{__name__}:Terse")

    assert said(record)["live.stream"] == (Status.NOT_TESTABLE, "too few chunks to be held between: 5")


class Terse(EchoLLM):
    """Has five words for everything."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return [" I", " said", ":", " ", "".join(super()._tokens(prompt, stop))]


@pytest.mark.parametrize(
    ("check", "needs"),
    [
        ("live.stream", "control script, or a class that overrides _stream or _astream; "),
        ("errors.stream", "control script; "),
        ("live.stream-timing", None),
    ],
)
def test_a_check_tells_what_it_needs(check: str, needs: str | None) -> None:
    lines = [line for line in explain(check) if line.startswith("needs ")]

    assert lines == ([f"needs        {needs}see --llm-explain=control"] if needs else [])


def test_only_what_is_held_needs_hooks_instead() -> None:
    assert [one.name for one in SCENARIOS.values() if one.hookable and not one.held] == []
