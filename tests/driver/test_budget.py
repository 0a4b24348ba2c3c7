"""A run asks for no more answers than its budget has, and says what it leaves out."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.driver.budget import Budget
from llm_conformance.judge.budget import by_importance
from llm_conformance.records import Level, Need, Status, Verdict
from llm_conformance.run import Run
from llm_conformance.run_spec import RunSpec
from llm_conformance.subject.spec import ImplSpec
from llm_reference import LLM, GenerationChunk
from zoo.conforming.plain import Bare


class Counts(LLM):
    """Counts the answers that it gives."""

    answers = 0

    @property
    def _llm_type(self) -> str:
        return "counts"

    def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **_: Any) -> str:
        Counts.answers += 1
        return "".join(tokens(prompt, stop))

    def _stream(self, prompt: str, stop: Any = None, run_manager: Any = None, **_: Any) -> Iterator[GenerationChunk]:
        Counts.answers += 1
        for token in tokens(prompt, stop):
            yield GenerationChunk(text=token)


def tokens(prompt: str, stop: list[str] | None) -> list[str]:
    return re.findall(r"\S+\s*|\s+", prompt.partition(stop[0])[0] if stop else prompt)


class StreamsOtherwise(Bare):
    """Streams another answer than it returns."""

    def stream(self, *_: Any, **__: Any) -> Any:
        yield from ("another ", "answer")


class Hangs(Bare):
    """Never answers."""

    def invoke(self, *_: Any, **__: Any) -> Any:
        threading.Event().wait()


class Clock:
    """Shows what it is set to."""

    time = 0.0

    def __call__(self) -> float:
        return self.time


def spec_of(model: type[Any], **budget: Any) -> RunSpec:
    return RunSpec.of(ImplSpec(__name__, model.__name__), **budget)


def verdict_of(model: type[Any], check: str, **budget: Any) -> Verdict:
    with Run(spec_of(model, **budget)) as run:
        return run.judge.verdict(check)


def test_a_budget_refuses_what_needs_more_calls_than_are_left() -> None:
    budget = Budget(calls=10)
    budget.asked = 7

    assert budget.refusal(3) == ""
    assert budget.refusal(4) == "not tried: it needs 4 calls, and 3 of --llm-call-budget=10 are left"


def test_only_the_time_counts_in_which_the_model_is_called() -> None:
    clock = Clock()
    budget = Budget(seconds=10, now=clock)

    clock.time = 100
    with budget.calling():
        clock.time = 109
        assert budget.seconds == 9
    clock.time = 200
    assert not budget.time_is_over
    with budget.calling():
        clock.time = 201
        assert budget.time_is_over
    assert budget.refusal(1) == "not tried: --llm-time-budget=10 is used up"


def test_a_run_without_a_budget_refuses_nothing() -> None:
    assert Budget().refusal(1_000_000) == ""


def test_a_model_gives_no_more_answers_than_the_budget_has() -> None:
    Counts.answers = 0

    with Run(spec_of(Counts, call_budget=20)) as run:
        record = run.record()

    assert 10 < Counts.answers <= record.calls <= 20


def test_all_calls_of_a_run_are_counted() -> None:
    Counts.answers = 0

    with Run(spec_of(Counts)) as run:
        record = run.record()

    # The model rejects batches that have an invalid input before it answers the rest of them, and more of that kind.
    assert record.calls - 20 <= Counts.answers <= record.calls


def test_what_is_left_out_is_counted_by_level() -> None:
    with Run(spec_of(Counts, call_budget=20)) as run:
        record = run.record()

    left_out = [one for one in record.verdicts.values() if one.needs == Need.BUDGET]
    must, should = (sum(one.level == level for one in left_out) for level in ("must", "should"))
    assert {one.status for one in left_out} == {Status.NOT_TESTABLE}
    assert record.partial.startswith(f"{must} MUST, {should} SHOULD")
    assert record.partial.endswith(" left out for the budget")


def test_must_checks_come_first() -> None:
    checks = by_importance(CHECKS.values())

    musts = [check for check in CHECKS.values() if check.level is Level.MUST]
    assert checks[: len(musts)] == musts
    assert sorted(check.id for check in checks) == sorted(CHECKS)


def test_a_check_does_not_pass_on_some_of_its_calls() -> None:
    # The budget has enough for invoke, stream and one of the calls that the check looks at.
    verdict = verdict_of(Counts, "batch.one", call_budget=6)

    assert verdict.status is Status.NOT_TESTABLE
    assert verdict.needs == Need.BUDGET


def test_a_difference_that_cannot_be_confirmed_is_not_reported() -> None:
    confirmed, unconfirmed = (verdict_of(StreamsOtherwise, "stream.concat", call_budget=calls) for calls in (100, 5))

    assert confirmed.status is Status.FAILED
    assert unconfirmed.status is Status.NOT_TESTABLE
    assert unconfirmed.needs == Need.BUDGET


def test_a_call_is_given_up_when_the_time_is_over() -> None:
    verdict = verdict_of(Hangs, "invoke.completes", time_budget=0.2)

    assert verdict.status is Status.NOT_TESTABLE
    assert verdict.reason == "not tried: --llm-time-budget=0.2 is used up"
