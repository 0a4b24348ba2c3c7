"""A consumer whose task is cancelled: the task ends cancelled, and the model stops."""

from __future__ import annotations

from dataclasses import replace

from llm_conformance.checks.close import still_generating, untouched
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import KEPT_STATE, SWALLOWED_CANCELLATION, yields_nothing
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_generation, no_text
from llm_conformance.records import (
    ControlledOutcome,
    ControlledOutcomes,
    Finding,
    Findings,
    Milestone,
    Stream,
    first_difference,
    inconclusive,
    not_applicable,
)

_EXPECTED = "the task ends cancelled"


@check(
    "cancel.isolated",
    MUST,
    clause="CLOSE-008",
    vacuous=(no_generation, no_text),
    for_each=("cancel_other[astream]",),
    requires=("stream.exact", "isolation.interleaved", "isolation.concurrent"),
)
def cancelling_a_stream_does_not_affect_others(outcome: ControlledOutcome) -> Findings:
    """Cancelling the task of one stream does not change or end another stream of the same instance."""
    yield from untouched(outcome)


@check(
    "cancel.ends",
    MUST,
    clause="CLOSE-004",
    for_each=("cancel_plain[*]",),
    requires=("cancel.astream", "cancel.events"),
)
def a_cancelled_reader_ends_cancelled(outcome: ControlledOutcome) -> Findings:
    """A task that is cancelled while it reads `astream()` or `astream_events(version="v2")` ends cancelled."""
    if outcome.milestones.get(Milestone.CANCEL_REQUESTED) != 1:
        yield inconclusive("the model gave its whole answer before the task was cancelled")
    elif (finding := not_cancelled(outcome)) is not None:
        yield finding
    elif not outcome.streamed:
        yield not_applicable(ONE_CHUNK)


@check(
    "cancel.astream",
    MUST,
    clause="CLOSE-004",
    vacuous=(no_generation,),
    for_each=("cancel[astream]",),
    requires=("close.astream",),
)
def cancelling_astream_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """A task that reads `astream()` and is cancelled, at any token, ends cancelled, and the model stops."""
    yield from _cancelled(outcomes)


@check("cancel.ainvoke", MUST, clause="CLOSE-004", vacuous=(no_generation,), for_each=("cancel[ainvoke]",))
def cancelling_ainvoke_ends_the_task(outcomes: ControlledOutcomes) -> Findings:
    """A task that awaits `ainvoke()` and is cancelled ends cancelled."""
    for name, outcome in outcomes.by_label.items():
        if (finding := not_cancelled(outcome, name)) is not None:
            yield finding


@check(
    "cancel.events",
    MUST,
    clause="CLOSE-005",
    vacuous=(no_generation,),
    for_each=("cancel[events-v2]",),
    requires=("close.events", "cancel.astream", "loop.not-blocked-by-events"),
)
def cancelling_events_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """A task that reads `astream_events(version="v2")` and is cancelled ends cancelled, and the model stops."""
    yield from _cancelled(outcomes)


@check(
    "cancel.usable",
    MUST,
    clause="STREAM-012",
    vacuous=(no_text,),
    requires=("stream.exact", "stream.usable-after-close"),
    deterministic=True,
)
def the_stream_after_a_cancelled_one_is_whole(after_cancel: Stream, astream: Stream) -> Findings:
    """After an `astream()` whose task was cancelled, the next one of the same instance yields the whole text."""
    if after_cancel.failed:
        yield call_failed("the next stream ends without an exception", after_cancel, hint=KEPT_STATE)
    elif after_cancel.text != astream.text:
        yield Finding(
            astream.display,
            after_cancel.display,
            code="text-differs",
            at=first_difference(astream.text, after_cancel.text),
            hint=KEPT_STATE,
            sides=("before", "after cancel"),
        )


def _cancelled(outcomes: ControlledOutcomes) -> Findings:
    for name, outcome in outcomes.by_label.items():
        if not outcome.generations and not outcome.failed and Milestone.CONSUMER_LEFT not in outcome.milestones:
            # The task ended before there was anything to cancel.
            continue
        if (finding := not_cancelled(outcome, name)) is not None:
            yield finding
        elif (running := still_generating(outcome, name, "the model stops when the task is cancelled")) is not None:
            yield running


def not_cancelled(outcome: ControlledOutcome, name: str = "") -> Finding | None:
    """The finding on a task that did not end cancelled; None if it did."""
    if Milestone.CONSUMER_LEFT in outcome.milestones:
        return None
    if Milestone.CANCELLATION_SWALLOWED in outcome.milestones and outcome.raised is None:
        actual = "the task ends as if it had not been cancelled"
        return Finding(_EXPECTED, actual, code="cancellation-swallowed", where=name, hint=SWALLOWED_CANCELLATION)
    if outcome.failed:
        failed = call_failed(_EXPECTED, outcome, where=name)
        swallowed = outcome.raised is not None and yields_nothing(outcome.raised)
        return replace(failed, hint=SWALLOWED_CANCELLATION) if swallowed else failed
    return Finding(_EXPECTED, "the task ends without an exception", code="not-cancelled", where=name)
