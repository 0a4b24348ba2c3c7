"""What becomes of all that one check says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checks.records import ERROR, about, batch, end, reply, run, start, stream
from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.checks.registry import Check
from llm_conformance.judge.verdict import Case, findings, verdict_of
from llm_conformance.records import Finding, Findings, Level, Observation, Status, Unavailable, Verdict, not_testable

FOUND = Finding(expected="a", actual="b")
CHECK = CHECKS["events.output"]
UNTOLD, WRONG, RIGHT = run(start(), end(None)), run(start(), end("ho")), run(start(), end("hi"))
SAID = stream("hi")


def verdict(word: Status, reason: str = "", *found: Finding, details: str = "") -> Verdict:
    return Verdict("events.output", Level.MUST, "EVENT-014", word, reason, found, details)


def weighed(*runs: Observation) -> Verdict:
    turns = [(name, [one, SAID]) for name, one in zip(("events_v1", "events_v2"), runs, strict=True)]
    return verdict_of(CHECK, turns, about())


def test_a_finding_in_one_turn_is_enough() -> None:
    found = Finding(SAID.display, WRONG.events[-1].data["output"].display, at=1, where="events_v2")

    assert weighed(RIGHT, WRONG) == verdict(Status.FAILED, "", found)
    assert weighed(UNTOLD, WRONG) == verdict(Status.FAILED, "", found)


def test_a_check_that_speaks_in_one_turn_has_spoken() -> None:
    assert weighed(UNTOLD, RIGHT) == verdict(Status.PASSED)


def test_a_check_that_speaks_in_no_turn_says_why() -> None:
    assert weighed(UNTOLD, UNTOLD) == verdict(Status.NOT_TESTABLE, "the output of the root's end has no text")


def test_a_check_that_takes_one_turn_and_does_not_speak_says_why() -> None:
    unjudged = verdict_of(said(Unavailable(Status.NOT_TESTABLE, "no text")), [("", [RIGHT])], about())

    assert unjudged == verdict(Status.NOT_TESTABLE, "no text")


def said(*things: Finding | Unavailable) -> Check:
    """A check that says this, whatever it is shown."""

    def judge(*_: Observation) -> Findings:
        yield from (not_testable(one.reason) if isinstance(one, Unavailable) else one for one in things)

    return replace(CHECK, judge=judge)


def test_a_finding_is_told_with_the_observation_it_is_about() -> None:
    placed = replace(FOUND, where="event 3")

    in_turn = findings(said(FOUND, placed), [("events_v1", [RIGHT])], about())

    assert [one.where for one in in_turn] == ["events_v1", "events_v1: event 3"]
    assert findings(said(FOUND, placed), [("", [RIGHT])], about()) == (FOUND, placed)


def test_what_a_check_cannot_tell_is_no_finding() -> None:
    assert findings(said(Unavailable(Status.BLOCKED, "no text"), FOUND), [("", [RIGHT])], about()) == (FOUND,)


def test_the_facts_about_a_subject_stand_where_the_check_asks_for_them() -> None:
    turns: list[Case] = [("", [stream("h", "i"), stream("hi")])]
    (found,) = findings(CHECKS["stream.native-async"], turns, about())

    assert (found.expected, found.actual) == (stream("h", "i").display, SAID.display)
    assert findings(CHECKS["stream.native-async"], turns, about(astream="langchain_core.llms.LLM")) == ()
    assert [one.actual for one in findings(first_of_all(), [("", [RIGHT])], about())] == ["acme:Acme"]


def first_of_all() -> Check:
    """A check whose first parameter is `about`."""

    def judge(about: object, _: Observation) -> Iterator[Finding]:
        yield Finding(expected="", actual=getattr(about, "spec", "no spec"))

    return replace(CHECK, judge=judge)


def test_a_failure_has_the_traceback_of_the_call_that_raised() -> None:
    first, second = replace(ERROR, traceback="in invoke"), replace(ERROR, traceback="in stream")
    broken: list[Case] = [("", [reply("hi"), reply(raised=first), stream(raised=second)])]

    assert verdict_of(said(FOUND), broken, about()).details == "in invoke"
    assert verdict_of(said(FOUND), [("", [reply("hi")])], about()).details == ""


def test_a_deviation_of_the_framework_is_inherited() -> None:
    kept = batch(ERROR, ERROR, ERROR)
    subject = replace(
        about(),
        method_owners={"batch": "langchain_core.language_models.llms.BaseLLM"},
        versions={"langchain-core": "1.7.2"},
    )

    inherited = verdict_of(CHECKS["batch.isolates-failures"], [("batch_kept", [kept])], subject)

    assert (inherited.status, [one.where for one in inherited.findings]) == (Status.INHERITED, ["batch_kept"])
    assert inherited.reason.startswith("S4: langchain-core's batch fills every slot")
