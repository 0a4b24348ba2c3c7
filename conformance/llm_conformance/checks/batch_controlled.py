"""The concurrency of a batch, measured with a controlled model."""

from __future__ import annotations

from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import ControlledOutcome, Finding, Findings, Milestone


@check("batch.concurrency-limit", SHOULD, clause="BATCH-006", for_each=("batch_peak[*]",))
def max_concurrency_limits_the_calls(outcome: ControlledOutcome) -> Findings:
    """With `max_concurrency=2`, a batch never runs more than two calls of the model at the same time."""
    if outcome.failed:
        yield call_failed("returns six answers with `max_concurrency=2`", outcome)
    elif (peak := outcome.milestones.get(Milestone.PEAK_CONCURRENCY, 0)) > 2:  # noqa: PLR2004 - the limit of the scenario
        yield Finding("at most 2 calls at the same time", f"{peak} calls at the same time", code="limit-exceeded")
