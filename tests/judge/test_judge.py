"""Which rules are judged of a model, and from what."""

from __future__ import annotations

from typing import Any

import pytest

from checks.records import ERROR, batch, complete_run, end, message, replies, reply, run, runs, start, stream, streams
from judge.recorded_judge import AGREED, RecordedJudge, Records
from llm_conformance.records import Control, Deviation, DeviationMode, Kind, Level, Status, Verdict

TOO_FEW: Records = {
    **AGREED,
    "batch": batch("hi"),
    "other_prompts": replies(the_second_prompt="hi", the_third_prompt="hi"),
}


def test_a_check_is_judged_once_from_observations_taken_once() -> None:
    recorded = RecordedJudge(AGREED)

    verdict = recorded.judge.verdict("stream.concat")

    assert verdict == Verdict("stream.concat", Level.MUST, "STREAM-001", Status.PASSED)
    assert recorded.judge.verdict("stream.concat") is verdict
    assert recorded.observed == ["invoke", "stream", "repeat"]


def test_a_check_that_raises_is_an_error_in_the_harness() -> None:
    of_another_type = {"other_prompts": reply("hi")}
    recorded = RecordedJudge({**AGREED, "interleaved": streams(stream("hi"), stream("ho")), **of_another_type})

    verdict = recorded.judge.verdict("isolation.interleaved")

    assert (verdict.status, verdict.reason) == (Status.HARNESS_ERROR, "error in the harness while it judged this check")
    assert "AttributeError: 'Reply' object has no attribute 'by_label'" in verdict.details
    assert (verdict.check, verdict.level, verdict.clause) == ("isolation.interleaved", Level.MUST, "STREAM-013")


@pytest.mark.parametrize(
    ("claims", "streams", "streams_not"),
    [
        ({}, "the profile does not say streams = true", "the profile does not say streams = false"),
        ({"streams": True}, "", "the profile does not say streams = false"),
        ({"streams": False}, "the profile does not say streams = true", ""),
    ],
)
def test_a_check_of_a_claim_applies_to_profiles_with_the_claim(
    claims: dict[str, bool], streams: str, streams_not: str
) -> None:
    chunks = ("hi ", "you") if claims.get("streams") else ("hi you",)
    recorded = RecordedJudge({**AGREED, "stream": stream(*chunks)}, claims=claims)

    assert recorded.verdict("stream.many-chunks") == ("not applicable" if streams else "passed", streams)
    assert recorded.verdict("stream.one-chunk-fallback") == ("not applicable" if streams_not else "passed", streams_not)


@pytest.mark.parametrize(
    ("kind", "invoke", "settled"),
    [
        (Kind.CHAIN, message("hi"), Kind.CHAIN),
        (Kind.LLM, message("hi"), Kind.LLM),
        (Kind.UNKNOWN, message("hi"), Kind.CHAT),
        (Kind.UNKNOWN, "hi", Kind.LLM),
        (Kind.UNKNOWN, 1, Kind.LLM),
        (Kind.UNKNOWN, None, Kind.LLM),
    ],
)
def test_an_answer_shows_the_kind_if_the_class_does_not(kind: Kind, invoke: Any, settled: Kind) -> None:
    assert RecordedJudge({"invoke": reply(invoke)}, kind=kind).judge.kind is settled


def test_a_rule_for_other_kinds_does_not_apply() -> None:
    recorded = RecordedJudge(AGREED, kind=Kind.CHAIN)

    assert recorded.verdict("invoke.returns-text") == ("not applicable", "applies to string models; this is a chain")
    assert recorded.verdict("stop.cuts") == (
        "not applicable",
        "applies to string models and chat models; this is a chain",
    )
    assert recorded.verdict("stream.concat") == ("passed", "")


def test_a_rule_for_all_kinds_makes_no_call_to_find_the_kind() -> None:
    recorded = RecordedJudge(AGREED, kind=Kind.UNKNOWN)

    assert recorded.verdict("stream.single-use") == ("passed", "")
    assert recorded.observed == ["stream", "astream"]


def test_a_rule_that_needs_more_control_is_not_tested() -> None:
    recorded = RecordedJudge(AGREED)

    assert recorded.verdict("stream.exact") == ("not testable", "needs control script, the run has blackbox")
    assert recorded.observed == []


def test_a_rule_is_blocked_if_a_rule_that_it_requires_is_broken() -> None:
    assert RecordedJudge(TOO_FEW).verdict("batch.order") == ("blocked", "by batch.returns-list")


def test_a_stream_in_one_chunk_is_one_finding_of_a_model_that_claims_one_for_each_token() -> None:
    whole = {**AGREED, "stream": stream("hi you"), "astream": stream("hi you")}
    exact = {"control": Control.SCRIPT, "tokens": (("hi ", "you"),)}

    recorded = RecordedJudge(whole, claims={"streams": True, "token-exact": True}, **exact)
    unclaimed = RecordedJudge(whole, claims={"token-exact": True}, **exact)

    assert recorded.verdict("stream.boundaries") == ("blocked", "by stream.many-chunks")
    assert unclaimed.verdict("stream.boundaries")[0] == "failed"


def test_concurrent_event_streams_are_judged_with_their_prompts() -> None:
    swapped = runs(run(start("ho"), end("ho")), run(start("hi", run_id="s"), end("hi", run_id="s")))
    records: Records = {
        **AGREED,
        "astream": stream("hi"),
        "events_v2": complete_run("hi"),
        "events_concurrent[events-v2]": swapped,
    }

    verdict = RecordedJudge(records).judge.verdict("events.isolated")

    assert [finding.actual for finding in verdict.findings] == ["data.input 'ho'", "data.input 'hi'"]


PARITY = (Deviation(check="stream.async-parity", reason="known", unreachable=("nested.*",)),)


def test_a_rule_is_judged_although_a_rule_that_it_requires_fails_as_declared() -> None:
    recorded = RecordedJudge({**AGREED, "astream": stream("h"), "atransform": stream("hi")}, deviations=PARITY)

    assert recorded.verdict("stream.async-parity") == ("expected", "known")
    assert recorded.judge.verdict("stream.async-parity").accepted == ("nested.*",)
    assert recorded.verdict("stream.transform") == ("passed", "")


def test_another_defect_behind_a_declared_one_is_a_finding() -> None:
    recorded = RecordedJudge({**AGREED, "astream": stream("h"), "atransform": stream("ih")}, deviations=PARITY)

    verdict = recorded.judge.verdict("stream.transform")

    assert verdict.status is Status.FAILED
    assert [finding.scenario for finding in verdict.findings] == ["atransform"]


def test_the_declared_defect_once_more_is_not_a_finding() -> None:
    recorded = RecordedJudge({**AGREED, "astream": stream("h"), "atransform": stream("h")}, deviations=PARITY)

    verdict = recorded.judge.verdict("stream.transform")

    assert (verdict.status, verdict.reason) == (
        Status.BLOCKED,
        "by stream.async-parity: it shows the same defect",
    )
    assert (verdict.blocked_by, verdict.same_defect) == ("stream.async-parity", True)
    assert verdict.findings


def test_only_the_other_defect_is_reported_behind_a_declared_one() -> None:
    records: Records = {**AGREED, "astream": stream("h"), "transform": stream("o"), "atransform": stream("h")}
    recorded = RecordedJudge(records, deviations=PARITY)

    assert [finding.scenario for finding in recorded.judge.verdict("stream.transform").findings] == ["transform"]


@pytest.mark.parametrize("mode", [DeviationMode.FAILS, DeviationMode.HANGS])
def test_nothing_is_judged_behind_a_call_that_raises_as_declared(mode: DeviationMode) -> None:
    known = Deviation(check="astream.completes", reason="known", mode=mode)
    recorded = RecordedJudge({**AGREED, "astream": stream(raised=ERROR)}, deviations=(known,))

    verdict = recorded.judge.verdict("events.completes")

    assert (verdict.status, verdict.blocked_by) == (Status.BLOCKED, "astream.completes")
    assert verdict.findings == ()
