"""The golden streams: recorded answers that the simulated provider plays to the adapter without a fault."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import chunks_hint
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_generation, no_text
from llm_conformance.records import Control, ControlledOutcomes, Finding, Findings, Text, first_difference


@check(
    "wire.golden",
    MUST,
    clause="WIRE-003",
    vacuous=(no_generation, no_text),
    for_each=("golden_streams[*]",),
    control=Control.WIRE,
)
def every_golden_stream_is_read(outcomes: ControlledOutcomes) -> Findings:
    """Every entry point (invoke, stream, events) reads the golden streams character for character."""
    for name, outcome in outcomes.by_label.items():
        expected = Text(outcome.tokens)
        if outcome.failed:
            yield call_failed(expected, outcome, where=name)
        elif outcome.text != expected.whole:
            at = first_difference(expected.whole, outcome.text)
            hint = chunks_hint(expected.whole, outcome.texts)
            yield Finding(expected, outcome.display, code="text-differs", at=at, where=name, hint=hint)
