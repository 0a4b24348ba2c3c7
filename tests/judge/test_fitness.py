from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.catalogue.fitness import purposes
from llm_conformance.judge.fitness import fitness
from llm_conformance.records import Control, Fitness, FitnessOutcome, Need, Status, Verdict

TRUNCATED = "wire.cut[clean_end_early]"
NOTHING: Mapping[str, Status] = {}


def verdicts(changed: Mapping[str, Status]) -> dict[str, Verdict]:
    """A verdict on every check: passed, unless it is changed."""
    return {
        name: Verdict(name, check.level, check.clause, changed.get(name, Status.PASSED))
        for name, check in CHECKS.items()
    }


def fit(purpose: str, changed: Mapping[str, Status] = NOTHING, *, chat: bool = False) -> Fitness:
    """The fitness of a string model, or a chat model, for one purpose."""
    other_kind = "invoke.returns-text" if chat else "invoke.returns-message"
    changed = {other_kind: Status.NOT_APPLICABLE, **changed}
    return next(one for one in fitness(verdicts(changed)) if one.purpose == purpose)


@pytest.mark.parametrize("purpose", list(purposes()))
def test_a_string_model_that_passes_every_check_is_fit(purpose: str) -> None:
    assert fit(purpose) == Fitness(purpose, FitnessOutcome.FIT)


def test_a_truncated_answer_that_passes_for_a_whole_one_makes_a_model_unfit_for_a_pipeline() -> None:
    found = fit("pipeline", {TRUNCATED: Status.FAILED})

    assert found == Fitness(
        "pipeline", FitnessOutcome.UNFIT, broken=("a truncated answer raises",), findings=(TRUNCATED,)
    )


@pytest.mark.parametrize("status", [Status.EXPECTED, Status.INHERITED, Status.STALE])
def test_a_violation_that_does_not_fail_the_run_makes_a_model_unfit_all_the_same(status: Status) -> None:
    assert fit("pipeline", {TRUNCATED: status}).outcome is FitnessOutcome.UNFIT


def test_a_finding_of_lesser_weight_is_counted() -> None:
    assert fit("cost-control", {"close.break": Status.FAILED}) == Fitness(
        "cost-control", FitnessOutcome.FIT_BUT, findings=("close.break",)
    )


def test_a_finding_that_is_inherited_is_named_as_such() -> None:
    found = fit("cost-control", {"close.break": Status.INHERITED, "close.releases": Status.FAILED})

    assert set(found.findings) == {"close.break", "close.releases"}
    assert found.inherited == ("close.break",)


def test_a_finding_of_a_check_that_is_may_is_not_counted() -> None:
    assert fit("pipeline", {"stop.excludes-stop-text": Status.FAILED}).outcome is FitnessOutcome.FIT


@pytest.mark.parametrize("status", [Status.NOT_TESTABLE, Status.BLOCKED, Status.INCONCLUSIVE, Status.HARNESS_ERROR])
def test_a_requirement_whose_checks_have_no_conclusion_is_open(status: Status) -> None:
    found = fit("cost-control", {"cancel.astream": status})

    assert found == Fitness(
        "cost-control", FitnessOutcome.NOT_JUDGED, open=("a task that is cancelled stops the model",)
    )


def test_one_check_that_passed_answers_a_requirement() -> None:
    assert fit("token-ui", {"live.stream": Status.NOT_TESTABLE}).outcome is FitnessOutcome.FIT


@pytest.mark.parametrize(
    ("check", "rule"),
    [
        ("live.stream-timing", "the stream delivers chunks while the model generates"),
        ("loop.not-blocked-timing", "the event loop keeps running"),
    ],
)
def test_what_only_times_can_show_is_open_if_nothing_could_be_timed(check: str, rule: str) -> None:
    known = verdicts({"invoke.returns-message": Status.NOT_APPLICABLE})
    known[check] = replace(known[check], status=Status.INCONCLUSIVE, needs=Need.TIME)
    (found,) = (one for one in fitness(known) if one.purpose == "token-ui")

    assert found == Fitness("token-ui", FitnessOutcome.NOT_JUDGED, open=(rule,), needs=("script",), lacks=("time",))
    assert fit("token-ui", {check: Status.NOT_APPLICABLE}).outcome is FitnessOutcome.FIT


def test_a_requirement_that_does_not_apply_is_met() -> None:
    changed = dict.fromkeys(("stop.cuts", "stop.bound", "stop.not-remembered"), Status.NOT_APPLICABLE)

    assert fit("agent-loop", changed).outcome is FitnessOutcome.FIT


def test_a_model_that_does_not_stream_is_unfit_for_a_token_ui() -> None:
    changed = dict.fromkeys(("live.stream", "live.stream-timing"), Status.NOT_APPLICABLE)
    found = fit("token-ui", changed)

    assert found.broken == ("the stream delivers chunks while the model generates",)


def test_checks_of_the_wire_that_were_not_run_leave_their_requirement_open() -> None:
    without = {name: one for name, one in verdicts(NOTHING).items() if not name.startswith("wire.")}
    found = next(one for one in fitness(without) if one.purpose == "pipeline")

    assert found.outcome is FitnessOutcome.NOT_JUDGED
    assert found.needs == ("wire",)


def test_a_chat_model_without_calls_of_tools_is_not_judged_as_an_agent() -> None:
    unseen = {
        name: Status.NOT_APPLICABLE if check.control is Control.BLACKBOX else Status.NOT_TESTABLE
        for name, check in CHECKS.items()
        if check.group in {"calls", "tools"}
    }

    assert fit("agent-loop", unseen, chat=True).open == ("tool calls are whole, streamed or not",)


def test_a_chat_model_that_takes_no_tools_is_not_judged_as_an_agent() -> None:
    without = {name: Status.NOT_APPLICABLE for name, check in CHECKS.items() if check.group in {"calls", "tools"}}
    passed = dict.fromkeys(("calls.completes", "calls.keeps-text", "calls.dialects"), Status.PASSED)

    assert fit("agent-loop", {**without, **passed}, chat=True).open == ("tool calls are whole, streamed or not",)
    assert fit("agent-loop", without).open == ()


def test_a_model_that_does_not_stream_is_unfit_although_the_gates_cannot_be_tested() -> None:
    changed = {"live.stream": Status.NOT_TESTABLE, "live.stream-timing": Status.NOT_APPLICABLE}

    assert fit("token-ui", changed).outcome is FitnessOutcome.UNFIT


def test_a_must_of_lesser_weight_makes_a_model_unfit() -> None:
    found = fit("pipeline", {"ainvoke.completes": Status.FAILED})

    assert found.outcome is FitnessOutcome.UNFIT
    assert found.broken == ("every MUST of this purpose",)
    assert found.findings == ("ainvoke.completes",)


def test_a_blocked_check_leaves_its_requirement_open_although_another_passed() -> None:
    assert fit("concurrency", {"concurrency.tasks": Status.BLOCKED}).outcome is FitnessOutcome.NOT_JUDGED


def test_an_open_requirement_names_what_blocks_it() -> None:
    known = verdicts({"invoke.returns-message": Status.NOT_APPLICABLE})
    known["concurrency.tasks"] = replace(known["concurrency.tasks"], status=Status.BLOCKED, blocked_by="stream.exact")

    (found,) = (one for one in fitness(known) if one.purpose == "concurrency")

    assert found.blocked_by == ("stream.exact",)


@pytest.mark.parametrize(
    ("status", "need", "reason", "lacks"),
    [
        (Status.INCONCLUSIVE, Need.DETERMINISTIC, "different answers", ("deterministic",)),
        (Status.NOT_TESTABLE, Need.BUDGET, "the budget is spent", ("budget",)),
        (Status.INCONCLUSIVE, "", "the answer has no mark", ("the answer has no mark",)),
        (Status.NOT_TESTABLE, Need.SCRIPT, "needs control script", ()),
    ],
)
def test_an_open_requirement_says_what_would_answer_it(
    status: Status, need: str, reason: str, lacks: tuple[str, ...]
) -> None:
    known = verdicts({"invoke.returns-message": Status.NOT_APPLICABLE})
    (stop,) = (one for one in purposes()["agent-loop"].requirements if one.rule == "stop texts end the answer")
    known |= {name: replace(known[name], status=status, needs=need, reason=reason) for name in stop.checks}

    (found,) = (one for one in fitness(known) if one.purpose == "agent-loop")

    assert (found.open, found.lacks) == ((stop.rule,), lacks)
