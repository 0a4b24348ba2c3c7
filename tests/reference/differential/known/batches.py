"""How the two differ in batches."""

from collections import Counter
from dataclasses import replace
from typing import Any

from reference.differential.known.difference import difference
from reference.differential.known.questions import batch_of_a_model, falls_back, may_fail
from reference.differential.known.rewriting import told_anew, unordered_told
from reference.differential.normal import Seen
from reference.differential.plan import Plan


@difference("S5", batch_of_a_model)
def a_batch_of_a_model_has_no_run_id(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    return told_anew(
        ours,
        lambda told: replace(told, run=f"{told.name}{sorted(told.tags)}") if told.run.startswith("given") else told,
    )


@difference("S4", lambda plan: plan.is_batch)
def one_failure_spoils_a_batch(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here each input has its own result or failure, and where the call fails, no run goes on after it.

    There a failure fills every slot of its group; runs that did not fail are told of it, or go on in the background.
    """
    (items, raised), (their_items, their_raised) = ours.outcomes[0], theirs.outcomes[0]
    failed = raised or any(map(_is_error, items[0])) or may_fail(plan)
    if not failed or plan.leave:
        return ours
    assert their_raised == raised
    for mine, other in () if falls_back(plan) else zip(*(items or [()]), *(their_items or [()]), strict=True):
        assert other == mine or _is_error(other)
    assert ours.left in (0, theirs.left)
    return replace(ours, outcomes=theirs.outcomes, heard=theirs.heard, takes=theirs.takes, left=theirs.left)


def _is_error(item: Any) -> bool:
    return isinstance(item, tuple) and item[0] in ("ConnectionError", "LookupError", "ValueError", "CancelledError")


@difference("S19", lambda plan: batch_of_a_model(plan) and plan.leave is not None)
def calls_of_a_batch_come_one_by_one(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the calls overlap; there, when the caller leaves, only the first has begun."""
    assert len(theirs.takes) <= 1
    return replace(ours, takes=theirs.takes, heard=theirs.heard)


@difference(
    "tokens",
    lambda plan: plan.is_batch and not plan.leave and any(model.call_reports for model in plan.models),
)
def tokens_of_a_batch_are_told_of_its_first_run(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here each token is told of the run of its own prompt; there of the run of the first prompt."""
    if _without_tokens(ours) != _without_tokens(theirs):
        return ours
    return replace(ours, heard=theirs.heard)


def _without_tokens(all_seen: Seen) -> dict[str, Counter[str]]:
    return {
        label: Counter(unordered_told(told) for told in all_told if told.what != "on_llm_new_token")
        for label, all_told in all_seen.heard.items()
    }


@difference("cancelled", lambda plan: plan.call == "abatch" and plan.leave is not None)
def a_cancelled_batch_of_a_chain_may_return_its_cancellation(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the caller's CancelledError is raised.

    There it is an outcome like others: with return_exceptions or with_retry, it is returned in every slot, and the task
    that was cancelled goes on.
    """
    (their_items, their_raised) = theirs.outcomes[0]
    assert ours.outcomes == (((), ("CancelledError", "")),)
    assert their_raised == ("CancelledError", "") or their_items == ([("CancelledError", "")] * len(plan.inputs),)
    return replace(ours, outcomes=theirs.outcomes, heard=theirs.heard, takes=theirs.takes)
