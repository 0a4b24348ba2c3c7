"""Which scenarios run, which observations build on others, and which check reports a failed call."""

from __future__ import annotations

import pytest

from checks.records import ERROR, SILENCE, complete_run, replies, reply, run, start, stream
from judge.recorded_judge import AGREED, RecordedJudge, Records, blocked
from llm_conformance.records import Control, ControlledOutcome, Deviation, Need, Status, Unavailable

NOT_RECORDED = Unavailable(Status.NOT_TESTABLE, "not recorded")
BY_INVOKE = blocked("invoke.completes")
TOKENS = (("h", "i"),) * 3


@pytest.mark.parametrize(
    ("name", "control", "reason"),
    [
        ("failing[invoke]", Control.BLACKBOX, "needs control script, the run has blackbox"),
        ("failing[invoke]", Control.SCRIPT, "not recorded"),
        ("failing[invoke]", Control.WIRE, "the checks of the wire judge it: a provider fails by its faults"),
        ("loop[ainvoke]", Control.WIRE, "not recorded"),
        ("cancel_plain[astream]", Control.BLACKBOX, "not recorded"),
    ],
)
def test_a_scenario_that_needs_another_control_is_not_observed(name: str, control: Control, reason: str) -> None:
    recorded = RecordedJudge({**AGREED, "ainvoke": reply("hi"), "astream": stream("hi")}, control=control)

    needs = "script" if control is Control.BLACKBOX and reason != "not recorded" else ""
    assert recorded.judge.observations.get(name) == Unavailable(Status.NOT_TESTABLE, reason, needs=needs)
    assert (name in recorded.observed) == (reason == "not recorded")


@pytest.mark.parametrize("without", ["stream", "bind"])
def test_a_method_that_a_model_does_not_have_is_not_called(without: str) -> None:
    owners = dict.fromkeys({"invoke", "stream", "bind"} - {without}, "acme.Acme")
    recorded = RecordedJudge(AGREED, method_owners=owners)

    absent = Unavailable(Status.NOT_APPLICABLE, f"it has no {without}()", needs=Need.METHOD)
    assert recorded.judge.observations.get("stop_bound") == absent
    assert recorded.observed == []


def test_nothing_is_built_on_a_check_that_finds_something() -> None:
    recorded = RecordedJudge({"invoke": reply(raised=ERROR)})

    assert recorded.judge.observations.get("repeat") == BY_INVOKE
    assert recorded.observed == ["invoke"]


def test_nothing_builds_on_what_was_not_observed() -> None:
    assert RecordedJudge({}).judge.observations.get("repeat") == NOT_RECORDED


def test_a_stale_declaration_blocks_nothing() -> None:
    recorded = RecordedJudge(AGREED, deviations=(Deviation(check="invoke.completes", reason="known"),))

    assert recorded.verdict("invoke.completes")[0] == "stale"
    assert recorded.judge.observations.get("repeat") == AGREED["repeat"]


def test_a_scenario_is_given_the_observations_it_uses() -> None:
    recorded = RecordedJudge({**AGREED, "stop_invoke": reply("h")})

    assert recorded.judge.observations.get("stop_invoke") == reply("h")
    assert recorded.used["stop_invoke"] == (reply("hi"),)


def test_a_scenario_does_not_run_without_an_observation_it_uses() -> None:
    with_events: Records = {
        **AGREED,
        "astream": stream("hi"),
        "events_v2": complete_run("hi"),
        "configured_invoke": reply("hi"),
    }
    recorded = RecordedJudge(with_events)

    assert recorded.judge.verdict("events.completes").status is Status.PASSED
    assert recorded.judge.observations.get("filters_v1") == NOT_RECORDED
    assert "filters_v1" not in recorded.observed


def test_an_error_in_the_harness_is_reported_once_and_as_such() -> None:
    recorded = RecordedJudge({**AGREED, "stream": OSError("no space left")})

    verdict = recorded.judge.verdict("stream.completes")

    assert (verdict.status, verdict.reason) == (
        Status.HARNESS_ERROR,
        "error in the harness while it observed stream",
    )
    assert "OSError: no space left" in verdict.details
    assert recorded.verdict("stream.concat")[0] == "harness error"
    assert recorded.judge.observations.get("repeat_stream") == blocked("stream.completes")
    assert recorded.observed == ["stream", "invoke"]


def test_an_error_in_the_harness_is_not_hidden_by_another_observation_of_the_check() -> None:
    recorded = RecordedJudge({**AGREED, "stream": stream("hi"), "astream": OSError("no space left")})

    assert recorded.verdict("stream.single-use")[0] == "harness error"


def test_an_observation_is_complete_if_its_call_did_not_fail() -> None:
    recorded = RecordedJudge(
        {"invoke": reply("hi"), "stream": stream("h", raised=ERROR), "invoke#2": reply(hung=SILENCE)}
    )

    assert recorded.judge.observations.completed("invoke") == reply("hi")
    assert recorded.judge.observations.completed("invoke", 2) == BY_INVOKE
    assert recorded.judge.observations.completed("stream") == blocked("stream.completes")
    assert recorded.judge.observations.completed("astream") == NOT_RECORDED


def test_an_act_that_may_raise_or_hang_is_complete() -> None:
    hung = ControlledOutcome(hung=SILENCE)
    recorded = RecordedJudge(
        {**AGREED, "ainvoke": reply("hi"), "invalid_input[invoke]": reply(raised=ERROR), "loop[ainvoke]": hung}
    )
    scripted = RecordedJudge(
        {**AGREED, "ainvoke": reply("hi"), "loop[ainvoke]": hung}, control=Control.SCRIPT, tokens=TOKENS
    )

    assert recorded.judge.observations.completed("invalid_input[invoke]") == reply(raised=ERROR)
    assert scripted.judge.observations.completed("loop[ainvoke]") == hung


def test_an_act_that_may_raise_may_not_hang() -> None:
    records: Records = {
        **AGREED,
        "ainvoke": reply("hi"),
        "invalid_input[invoke]": reply(hung=SILENCE),
        "loop[ainvoke]": ControlledOutcome(raised=ERROR),
    }
    recorded, scripted = RecordedJudge(records), RecordedJudge(records, control=Control.SCRIPT, tokens=TOKENS)

    assert recorded.judge.observations.completed("invalid_input[invoke]") == blocked("input.rejects-invalid")
    assert scripted.judge.observations.completed("loop[ainvoke]") == blocked("loop.not-blocked")


def test_one_check_reports_a_failed_call() -> None:
    recorded = RecordedJudge({**AGREED, "stream": stream("h", raised=ERROR)})

    assert recorded.verdict("stream.completes") == ("failed", "")
    assert recorded.verdict("stream.concat") == ("blocked", "by stream.completes")


def test_what_breaks_at_the_place_of_an_earlier_call_is_the_same_defect() -> None:
    recorded = RecordedJudge({"invoke": reply(raised=ERROR), "stream": stream(raised=ERROR)})

    assert recorded.verdict("stream.completes") == ("blocked", "by invoke.completes: it failed at the same place")


def test_what_breaks_at_the_place_of_a_later_repetition_is_the_same_defect() -> None:
    again = replies(again=reply(raised=ERROR))
    broken = type(again)(by_label=again.by_label, raised=ERROR)
    recorded = RecordedJudge({"invoke": reply("hi"), "repeat": broken, "stream": stream(raised=ERROR)})

    assert recorded.verdict("stream.completes") == (
        "blocked",
        "by isolation.repeated-calls: it failed at the same place",
    )


def test_what_breaks_at_another_place_is_another_defect() -> None:
    recorded = RecordedJudge({"invoke": reply(raised=ERROR), "stream": stream(hung=SILENCE)})

    assert recorded.verdict("stream.completes") == ("failed", "")


def test_of_several_observations_the_broken_ones_are_left_out() -> None:
    recorded = RecordedJudge(
        {**AGREED, "stream": stream(raised=ERROR), "astream": stream("hi", after_end="returned 'h'")}
    )

    (finding,) = recorded.judge.verdict("stream.single-use").findings

    assert (finding.location, finding.actual) == ("astream", "returned 'h'")


def test_where_all_of_several_observations_are_broken_there_is_nothing_to_judge() -> None:
    recorded = RecordedJudge({**AGREED, "stream": stream(raised=ERROR), "astream": stream(hung=SILENCE)})

    assert recorded.verdict("stream.single-use") == ("blocked", "by stream.completes")


def test_a_chain_of_prerequisites_leads_to_the_check_that_failed() -> None:
    recorded = RecordedJudge({**AGREED, "astream": stream("hi"), "events_v1": run(start(), raised=ERROR)})

    assert recorded.verdict("nested.completes") == ("blocked", "by events.completes")
