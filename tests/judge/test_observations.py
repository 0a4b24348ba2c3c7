"""Which scenarios are played, what is built on them, and who tells that one broke."""

from __future__ import annotations

import pytest

from checks.records import ERROR, SILENCE, replies, reply, run, start, stream, told
from judge.recorded_judge import AGREED, Court, Records
from llm_conformance.records import Control, ControlledOutcome, Deviation, Status, Unavailable

NOT_RECORDED = Unavailable(Status.NOT_TESTABLE, "not recorded")
BY_INVOKE = Unavailable(Status.BLOCKED, "by invoke.completes")
TOKENS = (("h", "i"),) * 3


@pytest.mark.parametrize(
    ("name", "control", "reason"),
    [
        ("failing_invoke", Control.BLACKBOX, "needs control script, the run has blackbox"),
        ("failing_invoke", Control.SCRIPT, "not recorded"),
        ("failing_invoke", Control.WIRE, "a provider fails by the faults of its wire"),
        ("free_ainvoke", Control.WIRE, "not recorded"),
        ("cut_astream", Control.BLACKBOX, "not recorded"),
    ],
)
def test_what_cannot_be_done_under_a_control_is_not_seen(name: str, control: Control, reason: str) -> None:
    court = Court({**AGREED, "ainvoke": reply("hi"), "astream": stream("hi")}, control=control)

    needs = "script" if control is Control.BLACKBOX and reason != "not recorded" else ""
    assert court.judge.observation(name) == Unavailable(Status.NOT_TESTABLE, reason, needs=needs)
    assert (name in court.asked) == (reason == "not recorded")


@pytest.mark.parametrize("without", ["stream", "bind"])
def test_a_method_that_a_model_does_not_have_is_not_called(without: str) -> None:
    owners = dict.fromkeys({"invoke", "stream", "bind"} - {without}, "acme.Acme")
    court = Court(AGREED, method_owners=owners)

    assert court.judge.observation("stop_bound") == Unavailable(Status.NOT_APPLICABLE, f"it has no {without}()")
    assert court.asked == []


def test_nothing_is_built_on_a_check_that_finds_something() -> None:
    court = Court({"invoke": reply(raised=ERROR)})

    assert court.judge.observation("repeats") == BY_INVOKE
    assert court.asked == ["invoke"]


def test_nothing_is_built_on_what_was_not_seen() -> None:
    assert Court({}).judge.observation("repeats") == NOT_RECORDED


def test_a_stale_declaration_blocks_nothing() -> None:
    court = Court(AGREED, deviations=(Deviation(check="invoke.completes", reason="known"),))

    assert court.says("invoke.completes")[0] == "stale"
    assert court.judge.observation("repeats") == AGREED["repeats"]


def test_a_scenario_is_given_the_observations_it_uses() -> None:
    court = Court({**AGREED, "stop_invoke": reply("h")})

    assert court.judge.observation("stop_invoke") == reply("h")
    assert court.played["stop_invoke"] == ("stop_invoke", (reply("hi"),))


def test_a_scenario_is_not_played_without_an_observation_it_uses() -> None:
    told_in_v2: Records = {**AGREED, "astream": stream("hi"), "events_v2": told("hi"), "configured_invoke": reply("hi")}
    court = Court(told_in_v2)

    assert court.judge.verdict("events.completes").status is Status.PASSED
    assert court.judge.observation("filters_v1") == NOT_RECORDED
    assert "filters_v1" not in court.asked


def test_a_fault_of_the_harness_is_blamed_on_nobody_and_happens_once() -> None:
    court = Court({**AGREED, "stream": OSError("no space left")})

    verdict = court.judge.verdict("stream.completes")

    assert (verdict.status, verdict.reason) == (
        Status.HARNESS_ERROR,
        "observing 'stream' failed by a fault of the harness",
    )
    assert "OSError: no space left" in verdict.details
    assert court.says("stream.concat")[0] == "harness error"
    assert court.judge.observation("restream") == Unavailable(Status.BLOCKED, "by stream.completes")
    assert court.asked == ["stream", "invoke"]


def test_a_whole_observation_is_one_whose_act_came_to_its_end() -> None:
    court = Court({"invoke": reply("hi"), "stream": stream("h", raised=ERROR), "invoke again": reply(hung=SILENCE)})

    assert court.judge.completed("invoke") == reply("hi")
    assert court.judge.completed("invoke again") == BY_INVOKE
    assert court.judge.completed("stream") == Unavailable(Status.BLOCKED, "by stream.completes")
    assert court.judge.completed("astream") == NOT_RECORDED


def test_an_act_that_is_meant_to_raise_or_hang_is_whole() -> None:
    held = ControlledOutcome(hung=SILENCE)
    court = Court({**AGREED, "ainvoke": reply("hi"), "refused_invoke": reply(raised=ERROR), "free_ainvoke": held})
    scripted = Court({**AGREED, "ainvoke": reply("hi"), "free_ainvoke": held}, control=Control.SCRIPT, tokens=TOKENS)

    assert court.judge.completed("refused_invoke") == reply(raised=ERROR)
    assert scripted.judge.completed("free_ainvoke") == held


def test_an_act_that_is_meant_to_raise_is_not_meant_to_hang() -> None:
    records: Records = {
        **AGREED,
        "ainvoke": reply("hi"),
        "refused_invoke": reply(hung=SILENCE),
        "free_ainvoke": ControlledOutcome(raised=ERROR),
    }
    court, scripted = Court(records), Court(records, control=Control.SCRIPT, tokens=TOKENS)

    assert court.judge.completed("refused_invoke") == Unavailable(Status.BLOCKED, "by input.rejects-invalid")
    assert scripted.judge.completed("free_ainvoke") == Unavailable(Status.BLOCKED, "by loop.not-blocked")


def test_what_is_broken_is_told_by_its_owner_alone() -> None:
    court = Court({**AGREED, "stream": stream("h", raised=ERROR)})

    assert court.says("stream.completes") == ("failed", "")
    assert court.says("stream.concat") == ("blocked", "by stream.completes")


def test_what_breaks_at_the_place_of_an_earlier_call_is_the_same_defect() -> None:
    court = Court({"invoke": reply(raised=ERROR), "stream": stream(raised=ERROR)})

    assert court.says("stream.completes") == ("blocked", "by invoke.completes: it broke at the same place")


def test_what_breaks_at_the_place_of_a_later_echo_is_the_same_defect() -> None:
    again = replies(again=reply(raised=ERROR))
    broken = type(again)(by_label=again.by_label, raised=ERROR)
    court = Court({"invoke": reply("hi"), "repeats": broken, "stream": stream(raised=ERROR)})

    assert court.says("stream.completes") == ("blocked", "by isolation.repeated-calls: it broke at the same place")


def test_what_breaks_at_another_place_is_another_defect() -> None:
    court = Court({"invoke": reply(raised=ERROR), "stream": stream(hung=SILENCE)})

    assert court.says("stream.completes") == ("failed", "")


def test_of_several_observations_the_broken_ones_are_left_out() -> None:
    court = Court({**AGREED, "stream": stream(raised=ERROR), "astream": stream("hi", after_end="gave 'h'")})

    (finding,) = court.judge.verdict("stream.single-use").findings

    assert (finding.location, finding.actual) == ("astream", "gave 'h'")


def test_where_all_of_several_observations_are_broken_there_is_nothing_to_judge() -> None:
    court = Court({**AGREED, "stream": stream(raised=ERROR), "astream": stream(hung=SILENCE)})

    assert court.says("stream.single-use") == ("blocked", "by stream.completes")


def test_a_chain_of_prerequisites_leads_to_the_one_that_speaks() -> None:
    court = Court({**AGREED, "astream": stream("hi"), "events_v1": run(start(), raised=ERROR)})

    assert court.says("nested.completes") == ("blocked", "by events.completes")
