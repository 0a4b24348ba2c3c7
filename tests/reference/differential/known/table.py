"""Where the two differ, rule by rule: each rewrites what the reference does into what langchain-core does instead.

So a rule says both sides, and what it says is checked: after all rules that apply, the two are equal. S2 and the like
are numbers of the contract; the others are named. A rule that looks at the other side says why it has to.
"""

from dataclasses import replace

from reference.differential.known.batches import (
    a_batch_of_a_model_has_no_run_id,
    a_cancelled_batch_of_a_chain_may_return_its_cancellation,
    calls_of_a_batch_come_one_by_one,
    one_failure_spoils_a_batch,
    tokens_of_a_batch_are_told_of_its_first_run,
)
from reference.differential.known.difference import Difference
from reference.differential.known.events import (
    a_root_that_does_not_stream_has_no_stream_event,
    an_input_that_is_empty_is_told_as_an_empty_dict,
    events_of_v1_do_not_know_tags_and_metadata_of_the_constructor,
    filters_of_v2_overwrite_the_first_input_that_survives,
    v1_ends_nested_runs_that_failed,
)
from reference.differential.known.handlers import (
    a_handler_is_told_no_kind_of_a_plain_step,
    a_handler_is_told_the_input_at_the_end_of_streams_alone,
    a_synchronous_batch_with_fallbacks_tells_its_inputs_in_dicts,
    an_empty_list_of_callbacks_is_an_index_error,
    beside_a_handler_that_raises_all_others_hear,
    beside_a_handler_that_runs_inline_no_other_hears_a_model_start,
    metadata_of_the_constructor_wins,
    texts_that_two_chunks_say_are_glued,
    what_an_asynchronous_handler_raises_under_a_synchronous_call_is_logged,
    what_fallbacks_ask_is_no_part_of_the_run,
)
from reference.differential.known.leaving import (
    a_closed_run_with_fallbacks_has_no_end,
    a_model_is_left_behind_by_a_step_that_fails,
    a_model_that_was_left_has_not_said_its_last_chunk,
    a_model_waits_for_the_reader_of_its_events,
    a_stream_with_fallbacks_leaves_the_model_as_it_is,
    a_synchronous_stream_is_left_to_the_garbage_collector,
    closing_a_synchronous_chain_runs_the_model_to_its_end,
    leaving_the_events_of_v1_does_not_stop_the_model,
    steps_beside_each_other_go_on_when_their_call_is_over,
    the_outermost_run_is_told_first_that_its_caller_left,
)
from reference.differential.normal import Seen, by_run
from reference.differential.plan import Plan

# In this order: what one rewrites, the next one sees.
DIFFERENCES: tuple[Difference, ...] = (
    a_root_that_does_not_stream_has_no_stream_event,
    a_handler_is_told_no_kind_of_a_plain_step,
    a_handler_is_told_the_input_at_the_end_of_streams_alone,
    a_synchronous_batch_with_fallbacks_tells_its_inputs_in_dicts,
    a_stream_with_fallbacks_leaves_the_model_as_it_is,
    closing_a_synchronous_chain_runs_the_model_to_its_end,
    leaving_the_events_of_v1_does_not_stop_the_model,
    a_batch_of_a_model_has_no_run_id,
    events_of_v1_do_not_know_tags_and_metadata_of_the_constructor,
    metadata_of_the_constructor_wins,
    filters_of_v2_overwrite_the_first_input_that_survives,
    an_input_that_is_empty_is_told_as_an_empty_dict,
    steps_beside_each_other_go_on_when_their_call_is_over,
    an_empty_list_of_callbacks_is_an_index_error,
    one_failure_spoils_a_batch,
    calls_of_a_batch_come_one_by_one,
    tokens_of_a_batch_are_told_of_its_first_run,
    a_synchronous_stream_is_left_to_the_garbage_collector,
    a_model_waits_for_the_reader_of_its_events,
    a_model_that_was_left_has_not_said_its_last_chunk,
    a_closed_run_with_fallbacks_has_no_end,
    the_outermost_run_is_told_first_that_its_caller_left,
    a_model_is_left_behind_by_a_step_that_fails,
    a_cancelled_batch_of_a_chain_may_return_its_cancellation,
    what_fallbacks_ask_is_no_part_of_the_run,
    texts_that_two_chunks_say_are_glued,
    beside_a_handler_that_runs_inline_no_other_hears_a_model_start,
    what_an_asynchronous_handler_raises_under_a_synchronous_call_is_logged,
    beside_a_handler_that_raises_all_others_hear,
    v1_ends_nested_runs_that_failed,
)


def as_theirs(plan: Plan, ours: Seen, theirs: Seen, shown: set[str] | None = None) -> Seen:
    """What the reference does, as langchain-core would do it; `shown` gets the names of the differences that show."""
    for each in DIFFERENCES:
        if each.when(plan):
            rewritten = each.rewrite(plan, ours, theirs)
            if shown is not None and rewritten != ours:
                shown.add(each.name)
            ours = rewritten
    return ours if plan.linear else _in_order(plan, ours)


def _in_order(plan: Plan, ours: Seen) -> Seen:
    """What was rewritten may have another place in an order that depends on what was told alone."""
    if plan.call.startswith("events"):
        ours = replace(ours, outcomes=tuple((by_run(events), raised) for events, raised in ours.outcomes))
    return replace(ours, heard={label: by_run(told) for label, told in ours.heard.items()})
