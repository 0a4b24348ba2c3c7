"""The model held in the middle of its answer: what reaches the consumer meanwhile, and what was begun too early."""

from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    Control,
    ControlledOutcome,
    EventStreams,
    Finding,
    Findings,
    IteratorOutcome,
    Milestone,
    Streams,
    SubjectInfo,
    not_applicable,
    not_testable,
)

_ONE_PIECE = "the answer comes in one piece"


@check(
    "stream.lazy",
    MUST,
    clause="STREAM-005",
    for_each=("unstarted_stream", "unstarted_astream", "unstarted_v1", "unstarted_v2"),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def nothing_happens_before_the_first_next(trial: ControlledOutcome) -> Findings:
    """The call of stream(), astream() or astream_events() starts nothing: the model is asked at the first next."""
    if trial.milestones.get(Milestone.GENERATIONS_BEFORE_NEXT):
        yield Finding(expected="a model that is not asked yet", actual="the model was asked, and no next was made")


@check(
    "stream.close-unstarted",
    MUST,
    clause="STREAM-006",
    for_each=("unstarted_stream", "unstarted_astream", "unstarted_v1", "unstarted_v2"),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def closing_an_unstarted_stream_starts_nothing(trial: ControlledOutcome) -> Findings:
    """A stream that was never started can be closed, and closing it starts nothing."""
    if trial.failed:
        yield Finding(expected="a stream that can be closed before it was started", actual=trial.ended_with)
    elif trial.milestones.get(Milestone.GENERATIONS_AFTER_CLOSE, 0) > trial.milestones.get(
        Milestone.GENERATIONS_BEFORE_NEXT, 0
    ):
        yield Finding(expected="a model that is never asked", actual="closing the stream asked the model")


@check("stream.backpressure", SHOULD, clause="STREAM-014", for_each=("pulled_stream", "pulled_astream"))
def a_stream_is_pulled(trial: ControlledOutcome) -> Findings:
    """The model is not asked for its whole answer while the consumer has asked for one chunk."""
    if not trial.streamed:
        yield not_applicable(_ONE_PIECE)
    elif trial.failed:
        yield Finding(expected="one chunk, and a stream that can be closed", actual=trial.ended_with)
    elif trial.milestones.get(Milestone.TOKENS_AFTER_ONE_CHUNK, 0) >= len(trial.tokens):
        yield Finding(
            expected="a model that waits to be asked", actual=f"all {len(trial.tokens)} tokens after one chunk"
        )


@check(
    "live.stream",
    MUST,
    clause="LIVE-001",
    for_each=("live_stream", "live_astream"),
    requires=("stream.is-iterator", "astream.is-async-iterator"),
)
def some_of_the_answer_arrives_while_the_rest_is_made(trial: ControlledOutcome) -> Findings:
    """While the model is held in the middle of a long answer, the consumer has some of it."""
    yield from _alive(trial)


@check(
    "live.events",
    MUST,
    clause="LIVE-002",
    for_each=("live_v1", "live_v2"),
    requires=("events.streams", "events.names", "events.order", "events.data"),
)
def some_of_the_answer_is_told_while_the_rest_is_made(trial: ControlledOutcome) -> Findings:
    """While the model is held in the middle of a long answer, astream_events() has told some of it."""
    yield from _alive(trial)


@check(
    "live.nested",
    MUST,
    clause="LIVE-002",
    for_each=("live_nested_stream", "live_nested_astream", "live_nested_v1", "live_nested_v2"),
)
def some_of_the_answer_passes_through_a_chain(trial: ControlledOutcome) -> Findings:
    """The same where the model is a step of a chain whose other steps stream."""
    yield from _alive(trial)


@check(
    "live.stream-timing",
    SHOULD,
    clause="LIVE-001",
    for_each=("doubted_stream", "doubted_astream"),
    requires=("live.stream",),
)
def time_does_not_say_that_it_was_held_back(calls: Streams, about: SubjectInfo) -> Findings:
    """Where only time can tell: the first of many chunks does not come, twice, with all others at a long call's end."""
    first = next(iter(calls.by_label.values()))
    if about.control is Control.BLACKBOX and not first.streamed:
        yield not_applicable(_ONE_PIECE)
    else:
        yield from _in_time(tuple(calls.by_label.values()), about, "live.stream")


@check(
    "live.events-timing",
    SHOULD,
    clause="LIVE-002",
    for_each=("doubted_v1", "doubted_v2"),
    requires=("live.stream-timing", "live.events", "loop.not-blocked-timing"),
)
def time_does_not_say_that_events_were_held_back(calls: EventStreams, about: SubjectInfo) -> Findings:
    """The same of astream_events(): its first stream event does not come, twice, with all others at the end."""
    if any(
        one.arrived_at_once and one.stalls is not None and one.stalls.worth_reporting(one.seconds)
        for one in calls.by_label.values()
    ):
        # Whoever reads beside the model hears nothing while the loop stands still, and that is another defect.
        yield not_testable("the loop stood still meanwhile")
        return
    yield from _in_time(tuple(calls.by_label.values()), about, "live.events")


def _in_time(calls: tuple[IteratorOutcome, ...], about: SubjectInfo, by_cause: str) -> Findings:
    first, *again = calls
    if about.control is Control.SCRIPT:
        yield not_applicable(f"a model in the hand of the harness is judged by cause: {by_cause}")
    elif about.control is Control.WIRE:
        yield not_applicable("a simulated provider takes no time of its own")
    elif not first.long_enough_to_time:
        yield not_testable("too few chunks, or too short a call, for time to tell")
    elif first.arrived_at_once and not (again and all(one.arrived_at_once for one in again)):
        yield not_testable("all chunks came at once at the end, but once only")
    elif first.arrived_at_once:
        seen = ", and ".join(f"{len(one.arrival_times)} at once after {one.arrival_times[0]:.2f} s" for one in calls)
        yield Finding(expected="chunks that come while the answer is made", actual=seen)


def _alive(trial: ControlledOutcome) -> Findings:
    said = f"some of the {trial.generations[0].sent if trial.generations else 0} tokens that it has said"
    if not trial.streamed:
        yield not_applicable(_ONE_PIECE)
    elif trial.hung is not None and not any(trial.texts):
        yield Finding(expected=f"while the model is held: {said}", actual=f"nothing, {trial.hung.text}")
    elif trial.failed:
        yield Finding(expected="an answer that goes on when the model does", actual=trial.ended_with)
