"""A consumer that leaves: what close(), break and cancellation owe to it, and to the model."""

from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    ControlledOutcome,
    ControlledOutcomes,
    Finding,
    Findings,
    Kind,
    Milestone,
    Stream,
    Text,
    first_difference,
    not_applicable,
    not_testable,
)

LAST = "at the last chunk"
_EVERY = (
    "closed_stream",
    "closed_astream",
    "dropped_astream",
    "closed_v2",
    "cancelled_astream",
    "cancelled_ainvoke",
    "cancelled_v2",
    "left_stream",
    "left_astream",
    "left_v2",
)


@check(
    "close.stream",
    MUST,
    clause="CLOSE-001",
    for_each=("closed_stream",),
    requires=("stream.is-iterator",),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_stops_the_model(trials: ControlledOutcomes) -> Findings:
    """close() of a stream returns, raises nothing, and the model has stopped: it says no more."""
    yield from _stopping(trials, "close()")


@check(
    "close.astream",
    MUST,
    clause="CLOSE-002",
    for_each=("closed_astream",),
    requires=("astream.is-async-iterator",),
)
def aclose_stops_the_model(trials: ControlledOutcomes) -> Findings:
    """aclose() of an asynchronous stream returns, raises nothing, and the model stops."""
    yield from _stopping(trials, "aclose()")


@check(
    "close.returns",
    MUST,
    clause="CLOSE-001",
    for_each=("left_stream", "left_astream", "left_v2"),
    requires=(
        "stream.is-iterator",
        "astream.is-async-iterator",
        "close.stream",
        "close.astream",
        "close.events",
        "cancel.ends",
    ),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_returns(trials: ControlledOutcomes) -> Findings:
    """close() of a stream, and aclose() of one on a loop or of events, return in time and raise nothing."""
    for name, trial in trials.by_label.items():
        if Milestone.CONSUMER_LEFT not in trial.milestones and trial.failed:
            yield Finding(expected="a stream that can be left", actual=trial.ended_with, where=name)


@check(
    "close.without-gc",
    SHOULD,
    clause="CLOSE-001",
    for_each=("closed_stream", "closed_astream"),
    requires=("close.stream", "close.astream"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_does_not_wait_for_the_collector(trials: ControlledOutcomes) -> Findings:
    """What close() or aclose() leaves is stopped by it, and not some time later by Python's garbage collector."""
    for name, trial in trials.by_label.items():
        if trial.milestones.get(Milestone.STOPPED_BY_GC):
            seen = "a model that went on until garbage was collected"
            yield Finding(expected="a model that stops when it is closed", actual=seen, where=name)


@check("close.break", SHOULD, clause="CLOSE-003", for_each=("dropped_astream",))
def break_stops_the_model(trials: ControlledOutcomes) -> Findings:
    """Leaving 'async for' over astream() by break stops the model, once nobody has the iterator any more."""
    yield from _stopping(trials, "break")


@check(
    "close.events",
    MUST,
    clause="CLOSE-005",
    for_each=("closed_v2",),
    requires=("astream.is-async-iterator", "close.astream"),
)
def leaving_the_events_stops_the_model(trials: ControlledOutcomes) -> Findings:
    """The reader of astream_events() of version v2 may close it, or leave it by break: the model stops."""
    yield from _stopping(trials, "leaving")


@check("close.nested", SHOULD, clause="CLOSE-001", for_each=("closed_nested_stream", "closed_nested_astream"))
def leaving_a_chain_stops_its_model(trials: ControlledOutcomes) -> Findings:
    """Closing the stream of a chain stops the model in it."""
    yield from _stopping(trials, "closing")


@check(
    "close.isolated",
    MUST,
    clause="CLOSE-008",
    for_each=("beside_closed_stream", "beside_closed_astream"),
    requires=("stream.exact", "isolation.interleaved", "isolation.concurrent"),
    deterministic=True,
)
def the_other_streams_go_on(trial: ControlledOutcome) -> Findings:
    """A stream of the same instance is not touched by another one that is closed."""
    yield from _untouched(trial)


@check("cancel.isolated", MUST, clause="CLOSE-008", for_each=("beside_cancelled_astream",), requires=("stream.exact",))
def the_other_streams_go_on_after_a_cancellation(trial: ControlledOutcome) -> Findings:
    """A stream of the same instance is not touched by another one whose task is cancelled."""
    yield from _untouched(trial)


@check(
    "close.no-leaks",
    SHOULD,
    clause="CLOSE-009",
    for_each=_EVERY,
    requires=("close.stream", "close.astream", "close.events"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def nothing_is_left_of_a_call(trials: ControlledOutcomes) -> Findings:
    """A call that was left leaves nothing running: no task, no thread, and no exception that nobody hears of."""
    for name, trial in trials.by_label.items():
        if Milestone.MODEL_STOPPED in trial.milestones and Milestone.NOTHING_LEFT not in trial.milestones:
            yield Finding(expected="nothing left of the call", actual=", ".join(trial.leftovers), where=name)


@check(
    "cancel.ends",
    MUST,
    clause="CLOSE-004",
    for_each=("cut_astream", "cut_v2"),
    requires=("cancel.astream", "cancel.events"),
)
def a_cancelled_task_ends_cancelled(trial: ControlledOutcome) -> Findings:
    """A task that reads astream() or astream_events() of version v2, and is cancelled there, ends cancelled."""
    if trial.milestones.get(Milestone.CANCEL_REQUESTED) != 1:
        yield not_testable("the model gave its whole answer before a cancellation could come")
    elif (seen := _not_cancelled(trial)) is not None:
        yield Finding(expected="a task that ends cancelled", actual=seen)


@check("cancel.astream", MUST, clause="CLOSE-004", for_each=("cancelled_astream",), requires=("close.astream",))
def cancelling_ends_the_task(trials: ControlledOutcomes) -> Findings:
    """A task that reads astream() and is cancelled ends cancelled, at whichever token, and the model stops."""
    yield from _cancelling(trials)


@check("cancel.ainvoke", MUST, clause="CLOSE-004", for_each=("cancelled_ainvoke",))
def cancelling_ends_the_call(trials: ControlledOutcomes) -> Findings:
    """A task that awaits ainvoke() and is cancelled ends cancelled."""
    for name, trial in trials.by_label.items():
        if (seen := _not_cancelled(trial)) is not None:
            yield Finding(expected="a task that ends cancelled", actual=seen, where=name)


@check(
    "cancel.events",
    MUST,
    clause="CLOSE-005",
    for_each=("cancelled_v2",),
    requires=("close.events", "cancel.astream", "loop.not-blocked-by-events"),
)
def cancelling_ends_the_reader(trials: ControlledOutcomes) -> Findings:
    """A task that reads astream_events() of version v2 and is cancelled ends cancelled, and the model stops."""
    yield from _cancelling(trials)


@check(
    "cancel.usable",
    MUST,
    clause="STREAM-012",
    requires=("stream.exact", "stream.usable-after-close"),
    deterministic=True,
)
def a_cancelled_stream_does_no_harm(after_cancelling: Stream, astream: Stream) -> Findings:
    """A stream whose task was cancelled leaves the model usable: the next one is whole."""
    if after_cancelling.failed:
        yield Finding(expected="a stream after one that was cancelled", actual=after_cancelling.ended_with)
    elif after_cancelling.text != astream.text:
        at = first_difference(astream.text, after_cancelling.text)
        yield Finding(astream.display, after_cancelling.display, at=at)


def _stopping(trials: ControlledOutcomes, leaving: str) -> Findings:
    if not trials.by_label:
        yield not_applicable("the answer comes in one piece")
    for name, trial in trials.by_label.items():
        if Milestone.CONSUMER_LEFT not in trial.milestones and trial.failed:
            yield Finding(expected=f"{leaving} that returns, and raises nothing", actual=trial.ended_with, where=name)
        elif (running := _going_on(trial, name)) is not None:
            yield Finding(expected=f"a model that stops at {leaving}", actual=running, where=name)


def _cancelling(trials: ControlledOutcomes) -> Findings:
    for name, trial in trials.by_label.items():
        if (seen := _not_cancelled(trial)) is not None:
            yield Finding(expected="a task that ends cancelled", actual=seen, where=name)
        elif (running := _going_on(trial, name)) is not None:
            yield Finding(expected="a model that stops when its task is cancelled", actual=running, where=name)


def _not_cancelled(trial: ControlledOutcome) -> str | None:
    if Milestone.CONSUMER_LEFT in trial.milestones:
        return None
    if Milestone.CANCELLATION_SWALLOWED in trial.milestones and trial.raised is None:
        return "the cancellation was swallowed: the task came to its end"
    return trial.ended_with


def _going_on(trial: ControlledOutcome, name: str) -> str | None:
    """The takes that went on after the consumer had left; one that is one call of a thread can only end by itself."""
    if not trial.streamed:
        return None
    running = [
        take.text for take in trial.generations if not take.outcome or (take.outcome == "finished" and name != LAST)
    ]
    return f"the model: {', '.join(running)}" if running else None


def _untouched(trial: ControlledOutcome) -> Findings:
    said = "".join(trial.tokens)
    if trial.failed:
        yield Finding(expected="a stream that ends", actual=trial.ended_with)
    elif trial.text != said:
        yield Finding(Text(trial.tokens), trial.display, at=first_difference(said, trial.text))
