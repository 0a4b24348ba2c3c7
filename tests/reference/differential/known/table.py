"""The known differences. Each one rewrites an observation of the reference into that of langchain-core.

So each difference describes both sides and is tested: after all rewrites that apply, the observations are equal.
S1, S2, .. are numbers of the contract. A difference that reads the observation of langchain-core gives the reason.
"""

from dataclasses import replace

from reference.differential.known.batches import (
    a_batch_of_a_model_has_no_run_id,
    a_cancelled_batch_of_a_chain_may_return_its_cancellation,
    a_failure_fills_every_slot_of_a_batch,
    calls_of_a_batch_come_one_by_one,
    tokens_of_a_batch_are_reported_with_its_first_run,
)
from reference.differential.known.difference import Difference
from reference.differential.known.early_exits import (
    a_closed_model_omits_its_last_chunk,
    a_closed_run_with_fallbacks_has_no_end,
    a_model_before_a_failing_step_is_not_closed,
    a_model_does_not_wait_for_the_consumer_of_its_events,
    a_synchronous_stream_is_closed_by_the_garbage_collector,
    closing_a_stream_with_fallbacks_does_not_close_the_model,
    closing_a_synchronous_chain_runs_the_model_to_its_end,
    closing_the_events_of_v1_does_not_stop_the_model,
    parallel_steps_run_on_after_their_call_has_ended,
    the_outermost_run_is_reported_first_on_a_close,
)
from reference.differential.known.events import (
    a_root_that_does_not_stream_has_no_stream_event,
    an_empty_input_is_reported_as_an_empty_dict,
    events_of_v1_omit_tags_and_metadata_of_the_constructor,
    filters_of_v2_overwrite_the_first_input_that_survives,
    v1_ends_nested_runs_that_failed,
)
from reference.differential.known.handlers import (
    a_synchronous_batch_with_fallbacks_wraps_its_inputs_in_dicts,
    an_empty_list_of_callbacks_is_an_index_error,
    an_exception_of_an_async_handler_in_a_sync_call_is_logged,
    an_inline_handler_hides_model_starts_from_the_others,
    calls_of_fallbacks_are_not_part_of_the_run,
    handlers_do_not_get_the_kind_of_a_plain_step,
    handlers_get_the_input_at_the_end_of_streams_only,
    metadata_of_the_constructor_wins,
    other_handlers_are_called_beside_one_that_raises,
    repeated_texts_in_generation_info_are_concatenated,
)
from reference.differential.normal import Observation, by_run
from reference.differential.plan import Plan

# The order matters: each one gets the observation that the one before it has rewritten.
DIFFERENCES: tuple[Difference, ...] = (
    a_root_that_does_not_stream_has_no_stream_event,
    handlers_do_not_get_the_kind_of_a_plain_step,
    handlers_get_the_input_at_the_end_of_streams_only,
    a_synchronous_batch_with_fallbacks_wraps_its_inputs_in_dicts,
    closing_a_stream_with_fallbacks_does_not_close_the_model,
    closing_a_synchronous_chain_runs_the_model_to_its_end,
    closing_the_events_of_v1_does_not_stop_the_model,
    a_batch_of_a_model_has_no_run_id,
    events_of_v1_omit_tags_and_metadata_of_the_constructor,
    metadata_of_the_constructor_wins,
    filters_of_v2_overwrite_the_first_input_that_survives,
    an_empty_input_is_reported_as_an_empty_dict,
    parallel_steps_run_on_after_their_call_has_ended,
    an_empty_list_of_callbacks_is_an_index_error,
    a_failure_fills_every_slot_of_a_batch,
    calls_of_a_batch_come_one_by_one,
    tokens_of_a_batch_are_reported_with_its_first_run,
    a_synchronous_stream_is_closed_by_the_garbage_collector,
    a_model_does_not_wait_for_the_consumer_of_its_events,
    a_closed_model_omits_its_last_chunk,
    a_closed_run_with_fallbacks_has_no_end,
    the_outermost_run_is_reported_first_on_a_close,
    a_model_before_a_failing_step_is_not_closed,
    a_cancelled_batch_of_a_chain_may_return_its_cancellation,
    calls_of_fallbacks_are_not_part_of_the_run,
    repeated_texts_in_generation_info_are_concatenated,
    an_inline_handler_hides_model_starts_from_the_others,
    an_exception_of_an_async_handler_in_a_sync_call_is_logged,
    other_handlers_are_called_beside_one_that_raises,
    v1_ends_nested_runs_that_failed,
)


def as_theirs(plan: Plan, ours: Observation, theirs: Observation, shown: set[str] | None = None) -> Observation:
    """Rewrite an observation of the reference. The names of the differences that apply are added to `shown`."""
    for each in DIFFERENCES:
        if each.when(plan):
            rewritten = each.rewrite(plan, ours, theirs)
            if shown is not None and rewritten != ours:
                shown.add(each.name)
            ours = rewritten
    return ours if plan.linear else _in_order(plan, ours)


def _in_order(plan: Plan, ours: Observation) -> Observation:
    """Sort again: a rewritten event may have another place in the order of `by_run`."""
    if plan.call.startswith("events"):
        ours = replace(ours, outcomes=tuple((by_run(events), raised) for events, raised in ours.outcomes))
    return replace(ours, callbacks={label: by_run(events) for label, events in ours.callbacks.items()})
