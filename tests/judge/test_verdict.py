"""The verdict that follows from all that a check yields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checks.records import ERROR, about, batch, end, reply, run, start, stream
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.checks.registry import Check
from llm_conformance.judge.baseline import inherited
from llm_conformance.judge.verdict import Case, findings_of, left_out_of, verdict_of
from llm_conformance.records import (
    Finding,
    Findings,
    Level,
    NotExercised,
    NotJudged,
    Observation,
    Status,
    Unavailable,
    Verdict,
    inconclusive,
    not_testable,
)

FOUND = Finding(expected="a", actual="b", code="differs")
CHECK = CHECKS["events.output"]
WITHOUT_TEXT, WRONG, RIGHT = run(start(), end(None)), run(start(), end("ho")), run(start(), end("hi"))
ANSWER = stream("hi")
NO_TEXT = "the output of the root's end has no text"


def verdict(status: Status, reason: str = "", *found: Finding, details: str = "") -> Verdict:
    return Verdict("events.output", Level.MUST, "EVENT-014", status, reason, found, details)


def judged(*runs: Observation) -> Verdict:
    cases = [(name, [one, ANSWER]) for name, one in zip(("events_v1", "events_v2"), runs, strict=True)]
    return verdict_of(CHECK, cases, about())


def test_a_finding_in_one_case_is_enough() -> None:
    actual = WRONG.events[-1].data["output"].display
    sides = ("astream()", "end event")
    found = Finding(ANSWER.display, actual, code="text-differs", at=1, scenario="events_v2", sides=sides)

    assert judged(RIGHT, WRONG) == verdict(Status.FAILED, "", found)
    assert judged(WITHOUT_TEXT, WRONG) == verdict(Status.FAILED, "", found)


def test_a_check_that_judges_one_case_passes() -> None:
    without = NotExercised("events_v1", Status.INCONCLUSIVE, NO_TEXT)

    assert judged(WITHOUT_TEXT, RIGHT) == replace(verdict(Status.PASSED), not_exercised=(without,))


def test_call_styles_that_were_not_observed_are_left_out_if_they_could_be() -> None:
    found = {
        "events_v1": Unavailable(Status.BLOCKED, "by events.completes"),
        "events_v2": Unavailable(Status.NOT_APPLICABLE, "it has no astream_events()"),
    }

    assert left_out_of(CHECK, found.__getitem__) == (NotExercised("events_v1", Status.BLOCKED, "by events.completes"),)


def test_a_check_that_judges_no_case_gives_the_reason() -> None:
    assert judged(WITHOUT_TEXT, WITHOUT_TEXT) == verdict(Status.INCONCLUSIVE, NO_TEXT)


def test_a_check_of_one_case_that_does_not_judge_gives_the_reason() -> None:
    for reason in (not_testable("no text"), inconclusive("no text")):
        assert verdict_of(yielding(reason), [("", [RIGHT])], about()) == verdict(reason.status, "no text")


def yielding(*results: Finding | NotJudged) -> Check:
    """A check that yields this for any observation."""

    def judge(*_: Observation) -> Findings:
        yield from results

    return replace(CHECK, judge=judge)


def test_a_finding_names_the_scenario_that_it_is_about() -> None:
    placed = replace(FOUND, where="event 3")

    found = findings_of(yielding(FOUND, placed), [("events_v1", [RIGHT])], about())

    assert [(one.scenario, one.where, one.location) for one in found] == [
        ("events_v1", "", "events_v1"),
        ("events_v1", "event 3", "events_v1: event 3"),
    ]
    assert findings_of(yielding(FOUND, placed), [("", [RIGHT])], about()) == (FOUND, placed)


def test_a_reason_for_not_judging_is_not_a_finding() -> None:
    assert findings_of(yielding(inconclusive("no text"), FOUND), [("", [RIGHT])], about()) == (FOUND,)


def test_a_check_gets_the_subject_at_the_place_of_that_parameter() -> None:
    cases: list[Case] = [("", [stream("h", "i"), stream("hi")])]
    (found,) = findings_of(CHECKS["stream.native-async"], cases, about())

    assert (found.expected, found.actual) == (stream("h", "i").display, ANSWER.display)
    assert findings_of(CHECKS["stream.native-async"], cases, about(astream="langchain_core.llms.LLM")) == ()
    assert [one.actual for one in findings_of(subject_first(), [("", [RIGHT])], about())] == ["acme:Acme"]


def subject_first() -> Check:
    """A check whose first parameter is `subject`."""

    def judge(subject: object, _: Observation) -> Iterator[Finding]:
        yield Finding(expected="", actual=getattr(subject, "spec", "no spec"), code="spec")

    return replace(CHECK, judge=judge)


def test_a_failure_has_the_traceback_of_the_call_that_raised() -> None:
    first, second = replace(ERROR, traceback="in invoke"), replace(ERROR, traceback="in stream")
    failed: list[Case] = [("", [reply("hi"), reply(raised=first), stream(raised=second)])]

    assert verdict_of(yielding(FOUND), failed, about()).details == "in invoke"
    assert verdict_of(yielding(FOUND), [("", [reply("hi")])], about()).details == ""


def test_a_failure_has_no_traceback_of_a_call_without_a_finding() -> None:
    right, wrong = (replace(ERROR, traceback=f"in {name}") for name in ("invoke", "stream"))
    cases: list[Case] = [("invoke", [reply(raised=right)]), ("stream", [stream(raised=wrong)])]

    def judge(call: Observation) -> Iterator[Finding]:
        if call.raised == wrong:
            yield FOUND

    assert verdict_of(replace(CHECK, judge=judge), cases, about()).details == "in stream"


def test_a_deviation_of_the_framework_is_inherited() -> None:
    subject = replace(
        about(),
        method_owners={"batch": "langchain_core.language_models.llms.BaseLLM"},
        versions={"langchain-core": "1.7.2"},
    )
    cases: list[Case] = [("batch_return_exceptions[batch]", [batch(ERROR, ERROR, ERROR)])]

    verdict = inherited(verdict_of(CHECKS["batch.isolates-failures"], cases, subject), subject)

    assert (verdict.status, [one.location for one in verdict.findings]) == (
        Status.INHERITED,
        ["batch_return_exceptions[batch]"],
    )
    assert verdict.reason.startswith("LC-004: langchain-core's batch fills every slot")
