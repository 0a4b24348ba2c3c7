"""Input that no language model accepts, and the call after it."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed, not_raised
from llm_conformance.checks.hints import EAGER, INPUT_NOT_CHECKED, KEPT_STATE
from llm_conformance.checks.registry import MUST, check
from llm_conformance.checks.vacuity import no_text, nothing_raised
from llm_conformance.records import (
    Finding,
    Findings,
    IteratorOutcome,
    Kind,
    Reply,
    Stream,
    first_difference,
)


@check(
    "input.rejects-invalid",
    MUST,
    clause="TYPE-007",
    for_each=("invalid_input[invoke]", "invalid_input[ainvoke]", "invalid_input[stream]", "invalid_input[astream]"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def invalid_input_raises(call: Reply | Stream) -> Findings:
    """Input that is not a text, a list of messages or a prompt value raises in every call."""
    if call.raised is None:
        yield not_raised("an exception for the input 42", call, call.display, hint=INPUT_NOT_CHECKED)


@check(
    "stream.refuses-at-first-next",
    MUST,
    clause="STREAM-005",
    vacuous=(nothing_raised,),
    for_each=("invalid_input[stream]", "invalid_input[astream]"),
    requires=("stream.is-iterator",),
    kinds=(Kind.LLM, Kind.CHAT),
)
def invalid_input_raises_at_the_first_next(stream: IteratorOutcome) -> Findings:
    """For invalid input, `stream()` and `astream()` return an iterator; its first `next()` raises."""
    if stream.raised is not None and stream.raised_at_call:
        yield Finding(
            "an exception at the first `next()`",
            f"an exception at the call itself: {stream.ended_with}",
            code="raised-at-call",
            exception=stream.raised.bases[0],
            hint=EAGER,
        )


@check("invoke.usable-after-error", MUST, clause="STREAM-012", vacuous=(no_text,), deterministic=True)
def the_call_after_an_error_is_answered(invoke: Reply, after_invalid_input: Reply) -> Findings:
    """After a call that raised, `invoke()` on the same instance returns the usual answer."""
    if after_invalid_input.failed:
        yield call_failed("returns an answer after a call that raised", after_invalid_input)
    elif after_invalid_input.text != invoke.text:
        yield Finding(
            invoke.display,
            after_invalid_input.display,
            code="text-differs",
            at=first_difference(invoke.text, after_invalid_input.text),
            hint=KEPT_STATE,
            sides=("before", "after error"),
        )
