"""The event loop while a model works: free, and for several calls at once."""

from llm_conformance.checks.registry import MAY, MUST, check
from llm_conformance.records import (
    CallOutcome,
    Control,
    ControlledOutcome,
    Finding,
    Findings,
    Milestone,
    Replies,
    Stalls,
    Streams,
    SubjectInfo,
    not_applicable,
    not_testable,
)


@check("loop.not-blocked", MUST, clause="LIVE-003", for_each=("free_ainvoke", "free_abatch", "free_astream"))
def the_loop_goes_on(trial: ControlledOutcome) -> Findings:
    """While the model is held, the event loop goes on: a call made by the loop itself lets the model go on."""
    if trial.hung is not None:
        yield Finding(expected="a loop that goes on while the model waits", actual=f"blocked: {trial.hung.text}")
    elif trial.raised is not None:
        yield Finding(expected="an answer", actual=trial.ended_with)


@check(
    "loop.not-blocked-by-events",
    MUST,
    clause="LIVE-003",
    for_each=("free_v1", "free_v2"),
    requires=("loop.not-blocked",),
)
def the_loop_goes_on_while_events_are_told(trial: ControlledOutcome) -> Findings:
    """The same while astream_events() is read."""
    if trial.hung is not None:
        yield Finding(expected="a loop that goes on while the model waits", actual=f"blocked: {trial.hung.text}")
    elif trial.raised is not None:
        yield Finding(expected="an answer", actual=trial.ended_with)


@check(
    "loop.not-blocked-timing",
    MUST,
    clause="LIVE-003",
    for_each=("doubted_ainvoke", "doubted_astream"),
    requires=("loop.not-blocked",),
)
def time_does_not_say_that_the_loop_was_blocked(calls: Replies | Streams, about: SubjectInfo) -> Findings:
    """Where only time can tell: the loop does not stand still, twice, for most of a long call that only waits."""
    first, *again = calls.by_label.values()
    if about.control is Control.SCRIPT:
        yield not_applicable("a model in the hand of the harness is judged by cause: loop.not-blocked")
    elif about.control is Control.WIRE:
        yield not_applicable("a simulated provider takes no time of its own")
    elif first.stalls is None:
        yield not_testable("not recorded")
    elif not first.long_enough_to_judge_loop:
        yield not_testable("too short a call for time to tell")
    elif first.blocked_loop and again and all(one.blocked_loop for one in again):
        seen = ", and ".join(_stood(one.stalls, one.seconds) for one in (first, *again) if one.stalls is not None)
        yield Finding(expected="a loop that goes on while the model waits", actual=f"it waited with the model: {seen}")
    elif first.stalls.worth_reporting(first.seconds):
        yield not_testable(f"the loop {_stood(first.stalls, first.seconds)}: {_doubt(first)}")


@check("loop.concurrent-calls", MAY, clause="LIVE-004")
def calls_overlap(overlapping: ControlledOutcome) -> Findings:
    """astream() calls at the same time overlap: the model is asked for all of them before the first has ended."""
    if overlapping.failed:
        yield Finding(expected="three answers at the same time", actual=overlapping.ended_with)
    elif (many := overlapping.milestones.get(Milestone.CONCURRENT_CALLS, 0)) < 3:  # noqa: PLR2004 - the three calls of the scenario
        yield Finding(expected="three calls that the model works on at once", actual=f"{many} at once")


def _stood(stalls: Stalls, call: float) -> str:
    return f"stood still for {stalls.seconds:.2f} of {call:.2f} s"


def _doubt(call: CallOutcome) -> str:
    if call.blocked_loop:
        return "once, and not again"
    if call.stalls is not None and call.stalls.waited is None:
        return "this platform does not tell whether its thread waited"
    return "its thread computed, or waited for another that did"
