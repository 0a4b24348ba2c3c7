"""Differences in batches."""

from collections import Counter
from dataclasses import replace
from typing import Any

from reference.differential.known.difference import difference
from reference.differential.known.questions import batch_of_a_model, falls_back, may_fail
from reference.differential.known.rewriting import map_callbacks, unordered_event
from reference.differential.normal import Observation
from reference.differential.plan import Plan


@difference("S5", batch_of_a_model)
def a_batch_of_a_model_has_no_run_id(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    return map_callbacks(
        ours,
        lambda event: (
            replace(event, run=f"{event.name}{sorted(event.tags)}") if event.run.startswith("given") else event
        ),
    )


@difference("S4", lambda plan: plan.is_batch)
def a_failure_fills_every_slot_of_a_batch(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here each input has its own result or failure, and if the call fails, its other runs stop.

    There a failure fills every slot of its group. Runs that did not fail report that failure or continue in the
    background.
    """
    (items, raised), (their_items, their_raised) = ours.outcomes[0], theirs.outcomes[0]
    failed = raised or any(map(_is_error, items[0])) or may_fail(plan)
    if not failed or plan.early_exit:
        return ours
    assert their_raised == raised
    for mine, other in () if falls_back(plan) else zip(*(items or [()]), *(their_items or [()]), strict=True):
        assert other == mine or _is_error(other)
    assert ours.leftover_tasks in (0, theirs.leftover_tasks)
    return replace(
        ours,
        outcomes=theirs.outcomes,
        callbacks=theirs.callbacks,
        generations=theirs.generations,
        leftover_tasks=theirs.leftover_tasks,
    )


def _is_error(item: Any) -> bool:
    return isinstance(item, tuple) and item[0] in ("ConnectionError", "LookupError", "ValueError", "CancelledError")


@difference("S19", lambda plan: batch_of_a_model(plan) and plan.early_exit is not None)
def calls_of_a_batch_come_one_by_one(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here the calls overlap; there only the first has started when the consumer stops."""
    assert len(theirs.generations) <= 1
    return replace(ours, generations=theirs.generations, callbacks=theirs.callbacks)


@difference(
    "tokens",
    lambda plan: plan.is_batch and not plan.early_exit and any(model.call_reports for model in plan.models),
)
def tokens_of_a_batch_are_reported_with_its_first_run(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here each token is reported with the run of its own prompt; there with the run of the first prompt."""
    if _without_tokens(ours) != _without_tokens(theirs):
        return ours
    return replace(ours, callbacks=theirs.callbacks)


def _without_tokens(observation: Observation) -> dict[str, Counter[str]]:
    return {
        label: Counter(unordered_event(event) for event in events if event.what != "on_llm_new_token")
        for label, events in observation.callbacks.items()
    }


@difference("cancelled", lambda plan: plan.call == "abatch" and plan.early_exit is not None)
def a_cancelled_batch_of_a_chain_may_return_its_cancellation(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here the call raises CancelledError.

    There it is a result like others: with `return_exceptions` or `with_retry` it fills every slot, and the cancelled
    task continues.
    """
    (their_items, their_raised) = theirs.outcomes[0]
    assert ours.outcomes == (((), ("CancelledError", "")),)
    assert their_raised == ("CancelledError", "") or their_items == ([("CancelledError", "")] * len(plan.inputs),)
    return replace(ours, outcomes=theirs.outcomes, callbacks=theirs.callbacks, generations=theirs.generations)
