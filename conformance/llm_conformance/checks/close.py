"""A consumer that leaves: what close(), break and cancellation owe to it, and to the model."""

from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    Finding,
    Findings,
    Kind,
    Stream,
    Text,
    Trial,
    Trials,
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
    "close.stops",
    MUST,
    clause="CLOSE-001",
    each=("closed_stream",),
    after=("stream.is-iterator",),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_stops_the_model(trials: Trials) -> Findings:
    """close() of a stream returns, raises nothing, and the model has stopped: it says no more."""
    yield from _stopping(trials, "close()")


@check("close.stops-on-loop", MUST, clause="CLOSE-002", each=("closed_astream",), after=("astream.is-async-iterator",))
def aclose_stops_the_model(trials: Trials) -> Findings:
    """aclose() of an asynchronous stream returns, raises nothing, and the model stops."""
    yield from _stopping(trials, "aclose()")


@check(
    "close.returns",
    MUST,
    clause="CLOSE-001",
    each=("left_stream", "left_astream", "left_v2"),
    after=(
        "stream.is-iterator",
        "astream.is-async-iterator",
        "close.stops",
        "close.stops-on-loop",
        "close.events",
        "cancel.ends",
    ),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_returns(trials: Trials) -> Findings:
    """close() of a stream, and aclose() of one on a loop or of events, return in time and raise nothing."""
    for name, trial in trials.by.items():
        if "left" not in trial.counts and trial.broken:
            yield Finding(expected="a stream that can be left", actual=trial.ending, where=name)


@check(
    "close.at-once",
    SHOULD,
    clause="CLOSE-001",
    each=("closed_stream", "closed_astream"),
    after=("close.stops", "close.stops-on-loop"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def close_does_not_wait_for_the_collector(trials: Trials) -> Findings:
    """What close() or aclose() leaves is stopped by it, and not some time later by Python's garbage collector."""
    for name, trial in trials.by.items():
        if trial.counts.get("collected"):
            seen = "a model that went on until garbage was collected"
            yield Finding(expected="a model that stops when it is closed", actual=seen, where=name)


@check("close.break", SHOULD, clause="CLOSE-003", each=("dropped_astream",))
def break_stops_the_model(trials: Trials) -> Findings:
    """Leaving 'async for' over astream() by break stops the model, once nobody has the iterator any more."""
    yield from _stopping(trials, "break")


@check(
    "close.events",
    MUST,
    clause="CLOSE-005",
    each=("closed_v2",),
    after=("astream.is-async-iterator", "close.stops-on-loop"),
)
def leaving_the_events_stops_the_model(trials: Trials) -> Findings:
    """The reader of astream_events() of version v2 may close it, or leave it by break: the model stops."""
    yield from _stopping(trials, "leaving")


@check("close.nested", SHOULD, clause="CLOSE-001", each=("closed_nested_stream", "closed_nested_astream"))
def leaving_a_chain_stops_its_model(trials: Trials) -> Findings:
    """Closing the stream of a chain stops the model in it."""
    yield from _stopping(trials, "closing")


@check(
    "close.others-go-on",
    MUST,
    clause="CLOSE-008",
    each=("beside_closed_stream", "beside_closed_astream"),
    after=("stream.exact", "isolation.interleaved", "isolation.concurrent"),
    deterministic=True,
)
def the_other_streams_go_on(trial: Trial) -> Findings:
    """A stream of the same instance is not touched by another one that is closed."""
    yield from _untouched(trial)


@check("cancel.others-go-on", MUST, clause="CLOSE-008", each=("beside_cancelled_astream",), after=("stream.exact",))
def the_other_streams_go_on_after_a_cancellation(trial: Trial) -> Findings:
    """A stream of the same instance is not touched by another one whose task is cancelled."""
    yield from _untouched(trial)


@check(
    "close.leaves-nothing",
    SHOULD,
    clause="CLOSE-009",
    each=_EVERY,
    after=("close.stops", "close.stops-on-loop", "close.events"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def nothing_is_left_of_a_call(trials: Trials) -> Findings:
    """A call that was left leaves nothing running: no task, no thread, and no exception that nobody hears of."""
    for name, trial in trials.by.items():
        if "stopped" in trial.counts and "clean" not in trial.counts:
            yield Finding(expected="nothing left of the call", actual=", ".join(trial.left), where=name)


@check(
    "cancel.ends",
    MUST,
    clause="CLOSE-004",
    each=("cut_astream", "cut_v2"),
    after=("cancel.ends-task", "cancel.ends-reader"),
)
def a_cancelled_task_ends_cancelled(trial: Trial) -> Findings:
    """A task that reads astream() or astream_events() of version v2, and is cancelled there, ends cancelled."""
    if trial.counts.get("asked") != 1:
        yield not_testable("the model gave its whole answer before a cancellation could come")
    elif (seen := _not_cancelled(trial)) is not None:
        yield Finding(expected="a task that ends cancelled", actual=seen)


@check("cancel.ends-task", MUST, clause="CLOSE-004", each=("cancelled_astream",), after=("close.stops-on-loop",))
def cancelling_ends_the_task(trials: Trials) -> Findings:
    """A task that reads astream() and is cancelled ends cancelled, at whichever token, and the model stops."""
    yield from _cancelling(trials)


@check("cancel.ends-call", MUST, clause="CLOSE-004", each=("cancelled_ainvoke",))
def cancelling_ends_the_call(trials: Trials) -> Findings:
    """A task that awaits ainvoke() and is cancelled ends cancelled."""
    for name, trial in trials.by.items():
        if (seen := _not_cancelled(trial)) is not None:
            yield Finding(expected="a task that ends cancelled", actual=seen, where=name)


@check(
    "cancel.ends-reader",
    MUST,
    clause="CLOSE-005",
    each=("cancelled_v2",),
    after=("close.events", "cancel.ends-task", "loop.free-in-events"),
)
def cancelling_ends_the_reader(trials: Trials) -> Findings:
    """A task that reads astream_events() of version v2 and is cancelled ends cancelled, and the model stops."""
    yield from _cancelling(trials)


@check(
    "cancel.usable",
    MUST,
    clause="STREAM-012",
    after=("stream.exact", "stream.usable-after-close"),
    deterministic=True,
)
def a_cancelled_stream_does_no_harm(after_cancelling: Stream, astream: Stream) -> Findings:
    """A stream whose task was cancelled leaves the model usable: the next one is whole."""
    if after_cancelling.broken:
        yield Finding(expected="a stream after one that was cancelled", actual=after_cancelling.ending)
    elif after_cancelling.text != astream.text:
        at = first_difference(astream.text, after_cancelling.text)
        yield Finding(astream.shown, after_cancelling.shown, at=at)


def _stopping(trials: Trials, leaving: str) -> Findings:
    if not trials.by:
        yield not_applicable("the answer comes in one piece")
    for name, trial in trials.by.items():
        if "left" not in trial.counts and trial.broken:
            yield Finding(expected=f"{leaving} that returns, and raises nothing", actual=trial.ending, where=name)
        elif (running := _going_on(trial, name)) is not None:
            yield Finding(expected=f"a model that stops at {leaving}", actual=running, where=name)


def _cancelling(trials: Trials) -> Findings:
    for name, trial in trials.by.items():
        if (seen := _not_cancelled(trial)) is not None:
            yield Finding(expected="a task that ends cancelled", actual=seen, where=name)
        elif (running := _going_on(trial, name)) is not None:
            yield Finding(expected="a model that stops when its task is cancelled", actual=running, where=name)


def _not_cancelled(trial: Trial) -> str | None:
    if "left" in trial.counts:
        return None
    if "swallowed" in trial.counts and trial.raised is None:
        return "the cancellation was swallowed: the task came to its end"
    return trial.ending


def _going_on(trial: Trial, name: str) -> str | None:
    """The takes that went on after the consumer had left; one that is one call of a thread can only end by itself."""
    if not trial.streamed:
        return None
    running = [take.shown for take in trial.takes if not take.ended or (take.ended == "finished" and name != LAST)]
    return f"the model: {', '.join(running)}" if running else None


def _untouched(trial: Trial) -> Findings:
    said = "".join(trial.said)
    if trial.broken:
        yield Finding(expected="a stream that ends", actual=trial.ending)
    elif trial.text != said:
        yield Finding(Text(trial.said), trial.shown, at=first_difference(said, trial.text))
