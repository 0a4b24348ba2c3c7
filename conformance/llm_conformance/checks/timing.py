"""Rules that only time can show in a model that the harness does not control; each needs several calls that agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llm_conformance.checks.hints import BLOCKED_LOOP, BUFFERED
from llm_conformance.checks.reasons import ONE_CHUNK, TOO_SHORT
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    CUT,
    CallOutcome,
    Control,
    EventStreams,
    Finding,
    Findings,
    IteratorOutcome,
    Need,
    Replies,
    Reply,
    Stalls,
    Stream,
    Streams,
    SubjectInfo,
    inconclusive,
    not_applicable,
)

# A stop text has cut enough of an answer if at most this share of its chunks is left.
_SHORTER = 0.6
_SIMULATED = "a simulated provider answers at once, so times show nothing"


@check(
    "live.stream-timing",
    SHOULD,
    clause="LIVE-001",
    for_each=("timing[stream]", "timing[astream]"),
    requires=("live.stream",),
)
def chunks_do_not_all_arrive_at_the_end(calls: Streams, subject: SubjectInfo) -> Findings:
    """By timing only: the chunks of a long call do not all arrive together, after a time that grows with the answer."""
    first = next(iter(calls.by_label.values()), Stream())
    if subject.control is Control.BLACKBOX and not first.streamed:
        yield inconclusive(TOO_SHORT, Need.PROMPTS) if first.may_be_one_token else not_applicable(ONE_CHUNK)
    else:
        yield from _arrivals(calls.by_label, subject, "live.stream", "chunks")


@check(
    "live.events-timing",
    SHOULD,
    clause="LIVE-002",
    for_each=("timing[events-v1]", "timing[events-v2]"),
    requires=("live.stream-timing", "live.events", "loop.not-blocked-timing"),
)
def events_do_not_all_arrive_at_the_end(calls: EventStreams, subject: SubjectInfo) -> Findings:
    """By timing only: stream events do not all arrive together, after a time that grows with the answer."""
    if any(
        one.arrived_at_once and one.stalls is not None and one.stalls.worth_reporting(one.seconds)
        for one in calls.by_label.values()
    ):
        # A reader on the same loop gets no event while the loop is blocked, which is another defect.
        yield inconclusive("the event loop was blocked during the call")
        return
    yield from _arrivals(calls.by_label, subject, "live.events", "stream events")


@check(
    "loop.not-blocked-timing",
    MUST,
    clause="LIVE-003",
    for_each=("timing[ainvoke]", "timing[astream]"),
    requires=("loop.not-blocked",),
)
def the_loop_runs_during_a_slow_call(calls: Replies | Streams, subject: SubjectInfo) -> Findings:
    """By timing only: the event loop keeps running while the model waits (measured twice)."""
    first, *again = [call for name, call in calls.by_label.items() if not name.startswith(CUT)] or [Reply()]
    if subject.control is Control.SCRIPT:
        yield not_applicable("a scripted model is judged without timing, by loop.not-blocked")
    elif subject.control is Control.WIRE:
        yield not_applicable(_SIMULATED)
    elif first.stalls is None:
        yield inconclusive("the stalls of the event loop were not recorded")
    elif not first.long_enough_to_judge_loop:
        yield inconclusive("the call is too short to time the event loop", Need.TIME)
    elif first.blocked_loop and again and all(one.blocked_loop for one in again):
        times = " and ".join(_blocked(one.stalls, one.seconds) for one in (first, *again) if one.stalls is not None)
        yield Finding(
            "the event loop runs while the model waits",
            f"the event loop is blocked for {times}",
            code="blocked",
            hint=BLOCKED_LOOP,
        )
    elif first.stalls.worth_reporting(first.seconds):
        yield inconclusive(f"the event loop was blocked for {_blocked(first.stalls, first.seconds)}: {_reason(first)}")


def _arrivals(calls: Mapping[str, IteratorOutcome], subject: SubjectInfo, judged_by: str, chunks: str) -> Findings:
    whole = [call for name, call in calls.items() if not name.startswith(CUT)] or [Stream()]
    cut = [call for name, call in calls.items() if name.startswith(CUT)]
    first, *again = whole
    if subject.control is Control.SCRIPT:
        yield not_applicable(f"a scripted model is judged without timing, by {judged_by}")
    elif subject.control is Control.WIRE:
        yield not_applicable(_SIMULATED)
    elif not first.long_enough_to_time:
        yield inconclusive("the answer has too few chunks, or the call is too short, to time the chunks", Need.TIME)
    elif first.arrived_at_once and not (again and all(one.arrived_at_once for one in again)):
        yield inconclusive(f"all {chunks} arrived together at the end of one call, but not of the second")
    elif first.arrived_at_once and not _grows_with_answer(whole, cut):
        yield inconclusive(f"all {chunks} arrived together, after a time that the prompt may have taken")
    elif first.arrived_at_once:
        times = " and ".join(f"{len(one.arrival_times)} at once after {one.time_of_answer:.2f} s" for one in whole[:2])
        shorter = f"{len(cut[0].arrival_times)} after {cut[0].time_of_answer:.2f} s where a stop text cuts the answer"
        expected = f"{chunks} that arrive while the model generates"
        yield Finding(expected, f"{chunks} that arrive together: {times}, {shorter}", code="buffered", hint=BUFFERED)
    elif first.began_late:
        late = f"{first.time_of_answer:.2f} of {first.seconds:.2f} s"
        yield inconclusive(f"the first of the {chunks} came after {late}, of which the prompt may have taken a part")


def _grows_with_answer(whole: Sequence[IteratorOutcome], cut: Sequence[IteratorOutcome]) -> bool:
    """Whether the time to the first chunk shrinks at least half as much as the answer, each time.

    A model works on its prompt before it generates; that takes as long for a short answer.
    """
    if not cut or any(one.failed for one in cut):
        return False
    share = max(len(one.arrival_times) for one in cut) / min(len(one.arrival_times) for one in whole)
    longest, shortest = max(one.time_of_answer for one in cut), min(one.time_of_answer for one in whole)
    return share <= _SHORTER and longest <= shortest * (1 + share) / 2


def _blocked(stalls: Stalls, seconds: float) -> str:
    return f"{stalls.seconds:.2f} of {seconds:.2f} s"


def _reason(call: CallOutcome) -> str:
    if call.blocked_loop:
        return "in one call, but not in the second"
    if call.stalls is not None and call.stalls.waited is None:
        return "this platform does not report whether its thread waited"
    return "its thread computed, or waited for another thread that did"
