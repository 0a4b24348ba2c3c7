"""A consumer that leaves a stream of version v3: the model stops."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.cancel import not_cancelled
from llm_conformance.checks.close import still_generating
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import SWALLOWED_CANCELLATION
from llm_conformance.checks.reasons import ONE_CHUNK
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.checks.vacuity import no_generation, not_left
from llm_conformance.records import ControlledOutcomes, Findings, Milestone, not_applicable


@check(
    "events-v3.close",
    SHOULD,
    clause="V3-012",
    vacuous=(no_generation, not_left),
    for_each=("v3_closed[*]",),
    kinds=CHAT,
)
def closing_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """After `aclose()` of a stream of version v3, or the end of an `async with`, the model generates nothing more.

    A synchronous stream without `close()` is dropped instead.
    """
    yield from _stops(outcomes, "`aclose()` or `close()`")


@check(
    "events-v3.drop",
    SHOULD,
    clause="V3-012",
    vacuous=(no_generation, not_left),
    for_each=("v3_dropped[*]",),
    requires=("events-v3.close",),
    kinds=CHAT,
)
def dropping_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """After `break` out of a stream of version v3 that is not referenced any more, the model generates nothing more."""
    yield from _stops(outcomes, "`break`")


@check(
    "events-v3.cancel",
    SHOULD,
    clause="V3-013",
    vacuous=(no_generation,),
    for_each=("v3_cancelled[*]",),
    requires=("events-v3.drop",),
    kinds=CHAT,
)
def cancelling_the_reader_stops_the_model(outcomes: ControlledOutcomes) -> Findings:
    """A task that reads a stream of version v3 and is cancelled ends cancelled, and the model stops."""
    if not outcomes.by_label:
        yield not_applicable(ONE_CHUNK)
    for name, outcome in outcomes.by_label.items():
        if (finding := not_cancelled(outcome, name)) is not None:
            yield finding
        elif (running := still_generating(outcome, name, "the model stops when the task is cancelled")) is not None:
            yield running


def _stops(outcomes: ControlledOutcomes, leaving: str) -> Findings:
    if not outcomes.by_label:
        yield not_applicable(ONE_CHUNK)
    for name, outcome in outcomes.by_label.items():
        if Milestone.CONSUMER_LEFT not in outcome.milestones and outcome.failed:
            # `aclose()` cancels the task that reads the hook, and waits for its end.
            waits = outcome.hung is not None and outcome.hung.location.endswith(" in aclose")
            yield call_failed(f"{leaving} returns", outcome, where=name, hint=SWALLOWED_CANCELLATION if waits else "")
        elif (running := still_generating(outcome, name, f"the model stops at {leaving}")) is not None:
            yield running
