"""A large batch of a controlled model, and its concurrency."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import BATCH_IN_GROUPS
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    Batch,
    ControlledOutcome,
    Finding,
    Findings,
    Milestone,
    Text,
    first_difference,
    inconclusive,
)

# The scenario asks for so many answers; each is its place in the list.
_MANY = 64


@check("batch.many", MUST, clause="BATCH-002", for_each=("batch_many[*]",))
def a_large_batch_is_answered_in_order(batch: Batch) -> Findings:
    """A batch of 64 prompts returns 64 answers, each in the place of its prompt."""
    if batch.failed:
        yield call_failed(f"returns {_MANY} answers", batch, hint=BATCH_IN_GROUPS)
    elif len(batch.slots) != _MANY:
        actual = f"a list of {len(batch.slots)} answers"
        yield Finding(f"a list of {_MANY} answers", actual, code="length-differs", hint=BATCH_IN_GROUPS)
    else:
        wrong = [(place, slot) for place, slot in enumerate(batch.slots) if slot.text != str(place)]
        for place, slot in wrong[:1]:
            yield Finding(
                Text((str(place),)),
                slot.display,
                code="answer-differs",
                at=first_difference(str(place), slot.text),
                where=f"result[{place}], one of {len(wrong)} that differ",
                hint=BATCH_IN_GROUPS,
            )


@check("batch.concurrency-limit", SHOULD, clause="BATCH-006", for_each=("batch_peak[*]",))
def max_concurrency_limits_the_calls(outcome: ControlledOutcome) -> Findings:
    """With `max_concurrency=2`, a batch never runs more than two calls of the model at the same time."""
    if outcome.failed:
        yield call_failed("returns six answers with `max_concurrency=2`", outcome)
    elif (peak := outcome.milestones.get(Milestone.PEAK_CONCURRENCY, 0)) == 0:
        yield inconclusive("the model did not take its answers from the harness")
    elif peak > 2:  # noqa: PLR2004 - the limit of the scenario
        yield Finding("at most 2 calls at the same time", f"{peak} calls at the same time", code="limit-exceeded")
