"""An instance is usable after many streams that were left early."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import SLOT_KEPT
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.checks.vacuity import no_generation, no_text
from llm_conformance.records import ControlledOutcomes, Finding, Findings, Text, first_difference


@check(
    "close.releases",
    MUST,
    clause="STREAM-012",
    vacuous=(no_generation, no_text),
    for_each=("abandoned[*]",),
    requires=("stream.exact", "close.stream", "close.astream"),
)
def closed_streams_leave_the_instance_usable(outcomes: ControlledOutcomes) -> Findings:
    """After many streams that were closed, never read or cancelled, the same instance still streams a whole answer."""
    yield from _usable(outcomes)


@check(
    "close.break-releases",
    SHOULD,
    clause="CLOSE-003",
    vacuous=(no_generation, no_text),
    for_each=("abandoned_by_break[*]",),
    requires=("stream.exact", "close.releases", "close.break"),
)
def streams_left_by_break_leave_the_instance_usable(outcomes: ControlledOutcomes) -> Findings:
    """After many streams that were left by `break`, the same instance still streams a whole answer."""
    yield from _usable(outcomes)


def _usable(outcomes: ControlledOutcomes) -> Findings:
    for name, outcome in outcomes.by_label.items():
        expected, where = Text(outcome.tokens), f"one of many streams that are {name}, or the call after them"
        if outcome.failed:
            yield call_failed(expected, outcome, where=where, hint=SLOT_KEPT)
        elif outcome.text != expected.whole:
            at = first_difference(expected.whole, outcome.text)
            yield Finding(expected, outcome.display, code="text-differs", at=at, where=where, hint=SLOT_KEPT)
