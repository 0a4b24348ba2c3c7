"""A batch of which one input fails: without `return_exceptions` it raises, with it the other inputs are answered."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed, not_raised
from llm_conformance.checks.hints import BATCH_ORDER, ERROR_HIDDEN
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import Batch, Finding, Findings, Kind, inconclusive

_KEPT = "`return_exceptions=True`"


@check(
    "batch.raises",
    MUST,
    clause="BATCH-003",
    for_each=("batch_raises[*]", "batch_raises_controlled[*]"),
    requires=("errors.invoke",),
)
def a_failing_input_raises(batch: Batch) -> Findings:
    """Without `return_exceptions`, `batch()` and `abatch()` raise if one input fails."""
    if batch.raised is None:
        actual = f"a {batch.returned_type} of {len(batch.slots)}"
        yield not_raised("an exception for the second of three inputs", batch, actual)


@check(
    "batch.return-exceptions",
    MUST,
    clause="BATCH-004",
    for_each=("batch_return_exceptions[*]", "batch_return_exceptions_controlled[*]"),
    requires=("errors.invoke", "batch.order"),
)
def return_exceptions_puts_the_exception_into_its_slot(batch: Batch) -> Findings:
    """With `return_exceptions=True`, `batch()` does not raise: the slot of the input that fails has the exception."""
    if batch.failed:
        yield call_failed(f"returns a list of 3 with {_KEPT}", batch)
    elif len(batch.slots) != 3:  # noqa: PLR2004 - the three inputs of the scenario
        yield Finding("a list of 3", f"a {batch.returned_type} of {len(batch.slots)}", code="length-differs")
    elif batch.slots[1].raised is None:
        yield Finding(
            "an exception in the slot of the input that fails",
            batch.slots[1].display,
            code="no-exception",
            where="result[1]",
            hint=BATCH_ORDER if any(slot.raised for slot in batch.slots) else ERROR_HIDDEN,
        )


@check(
    "batch.isolates-failures",
    SHOULD,
    clause="BATCH-005",
    for_each=("batch_return_exceptions[*]", "batch_return_exceptions_controlled[*]"),
    requires=("invoke.usable-after-error", "errors.invoke", "batch.return-exceptions"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def the_other_slots_have_their_answers(batch: Batch) -> Findings:
    """With `return_exceptions=True`, the slots of the inputs that do not fail have their answers."""
    failed = {index: slot for index, slot in enumerate(batch.slots) if index != 1 and slot.failed}
    if failed:
        yield Finding(
            "answers in result[0] and result[2]",
            "; ".join(f"result[{index}] {slot.ended_with}" for index, slot in failed.items()),
            code="every-slot-failed" if {0, 2} <= set(failed) else "slot-failed",
        )
    elif not any(slot.failed for slot in batch.slots):
        yield inconclusive("no input of the batch fails")
