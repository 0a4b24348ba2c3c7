"""Differences in what handlers get."""

from collections import Counter
from dataclasses import replace
from typing import Any

from reference.differential.drive import drive
from reference.differential.known.difference import always, difference
from reference.differential.known.questions import (
    bare,
    configs_of,
    falls_back,
    is_invoked,
    names_handlers,
    streamed_node,
    streams,
)
from reference.differential.known.rewriting import map_callbacks, map_events, unordered
from reference.differential.library import OURS
from reference.differential.normal import Observation, RunEvent, normalized
from reference.differential.plan import ASYNC_CALLS, SYNC_CALLS, Fallbacks, Handler, Model, Plan


@difference("run type", always)
def handlers_do_not_get_the_kind_of_a_plain_step(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here run_type is "chain"; there it is None."""

    def rewrite(event: RunEvent) -> RunEvent:
        if event.what != "on_chain_start" or event.data[1].get("run_type") != "chain":
            return event
        return replace(event, data=[event.data[0], {k: v for k, v in event.data[1].items() if k != "run_type"}])

    return map_callbacks(ours, rewrite)


@difference("inputs", always)
def handlers_get_the_input_at_the_end_of_streams_only(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here the end and the error of every step have its input; there only those of a step that reads a stream.

    If such a step fails, the input here is the part that it has read, and there the first piece.
    """
    callbacks = {}
    for label, events in ours.callbacks.items():
        whole_input = {each.run for each in events if each.what == "on_chain_start" and each.data[0] != [{"input": ""}]}
        errors = [each for each in theirs.callbacks.get(label, ()) if each.what == "on_chain_error"]
        callbacks[label] = tuple(_with_their_input(event, whole_input, errors) for event in events)
    return replace(ours, callbacks=callbacks)


@difference("wrapped", lambda plan: plan.call == "batch" and falls_back(plan))
def a_synchronous_batch_with_fallbacks_wraps_its_inputs_in_dicts(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here a handler gets the input itself.

    A call by a step, such as a parallel one, is not a batch. Only the observation of langchain-core shows which is.
    """
    wrapped = [event.data for events in theirs.callbacks.values() for event in events if _starts_to_fall_back(event)]

    def rewrite(event: RunEvent) -> RunEvent:
        if not _starts_to_fall_back(event) or isinstance(event.data[0][0], dict):
            return event
        data = [[{"input": event.data[0][0]}], event.data[1]]
        return replace(event, data=data) if data in wrapped else event

    return map_callbacks(ours, rewrite)


def _starts_to_fall_back(event: RunEvent) -> bool:
    return event.what == "on_chain_start" and "Fallbacks" in event.name


def _with_their_input(event: RunEvent, whole_input: set[str], errors: list[RunEvent]) -> RunEvent:
    if event.what not in ("on_chain_end", "on_chain_error") or "inputs" not in event.data[1]:
        return event
    if event.run in whole_input:
        return replace(event, data=[event.data[0], {}])
    if event.what == "on_chain_error":
        same = (each for each in errors if (each.run, each.parents) == (event.run, event.parents))
        if (error := next(same, None)) and _begins(event.data[1]["inputs"], error.data[1].get("inputs")):
            errors.remove(error)
            return replace(event, data=[event.data[0], error.data[1]])
    return event


def _begins(whole: Any, part: Any) -> bool:
    """Whether the whole begins with the part."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and _begins(whole[key], value) for key, value in part.items())
    return str(whole).startswith(str(part)) if isinstance(whole, str) and part is not None else whole == part


@difference("metadata", lambda plan: any(model.metadata for model in plan.models))
def metadata_of_the_constructor_wins(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here the metadata of the call wins."""
    return _their_metadata(plan, ours)


def _their_metadata(plan: Plan, ours: Observation) -> Observation:
    own = {key: value for model in plan.models for key, value in model.metadata.items()}

    def rewrite(event: RunEvent) -> RunEvent:
        of_model = event.what.startswith("on_llm") and event.metadata
        return replace(event, metadata={**event.metadata, **own}) if of_model else event

    if plan.call.startswith("events") and not (
        plan.call == "events v1" and isinstance(streamed_node(plan.root), Model)
    ):
        ours = map_events(ours, lambda events: [rewrite(event) for event in events])
    return map_callbacks(ours, rewrite)


def _generates_with_no_callbacks(plan: Plan) -> bool:
    node = bare(plan.root) if plan.call == "ainvoke" else streamed_node(plan.root)
    if not isinstance(node, Model) or (plan.call != "ainvoke" and streams(node)):
        return False
    return plan.call in ("ainvoke", "astream", "atransform") and {config.handlers for config in configs_of(plan)} <= {
        (),
        None,
    } != {None}


@difference(
    "S7", lambda plan: _generates_with_no_callbacks(plan) and any(config.handlers == () for config in configs_of(plan))
)
def an_empty_list_of_callbacks_is_an_index_error(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    assert all(raised is None or raised[0] != "IndexError" for _, raised in ours.outcomes)
    assert theirs.generations == ()
    assert theirs.callbacks == {}
    error = ("IndexError", "")
    return replace(
        ours, generations=(), callbacks={}, outcomes=tuple(((), error) for _ in ours.outcomes), generated_after_exit=0
    )


def _content(event: RunEvent) -> str:
    return repr((event.what, unordered(event.data)))


@difference(
    "fallbacks",
    lambda plan: (
        falls_back(plan)
        and (
            is_invoked(plan.root, plan.call in ("invoke", "ainvoke", "batch", "abatch"), Fallbacks)
            or names_handlers(plan)
        )
    ),
)
def calls_of_fallbacks_are_not_part_of_the_run(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here it is a child of the run with fallbacks; there it is a sibling with the same name, tags and id."""

    for label, mine in ours.callbacks.items():
        counts, their_counts = (
            Counter(_content(each) for each in events) for events in (mine, theirs.callbacks.get(label, ()))
        )
        # A binding with its own handlers is a root there, and the handlers of the chain do not get its events.
        assert counts == their_counts or (their_counts < counts and names_handlers(plan))
    if plan.call.startswith("events"):
        return replace(ours, callbacks=theirs.callbacks, outcomes=theirs.outcomes)
    return replace(ours, callbacks=theirs.callbacks)


def _repeats(plan: Plan) -> bool:
    return any(_concatenated(model) != _last_values(model) for model in plan.models)


def _last_values(model: Model) -> dict[str, Any]:
    return {key: value for info in model.infos for key, value in (info or {}).items() if value is not None}


def _concatenated(model: Model) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for info in model.infos:
        for key, value in (info or {}).items():
            if value is not None:
                joined[key] = joined[key] + value if isinstance(value, str) and key in joined and key != "id" else value
    return joined


@difference("repeated", _repeats)
def repeated_texts_in_generation_info_are_concatenated(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """In the `generation_info` of an answer. Here the last value wins."""
    (model,) = plan.models

    def rewrite(value: Any) -> Any:
        if value == _last_values(model):
            return _concatenated(model)
        if isinstance(value, dict):
            return {key: rewrite(each) for key, each in value.items()}
        return type(value)(map(rewrite, value)) if isinstance(value, list | tuple) else value

    return map_callbacks(
        ours, lambda event: replace(event, data=rewrite(event.data)) if event.what == "on_llm_end" else event
    )


def _mixed(plan: Plan) -> bool:
    return len({handler.inline for handler in plan.config.handlers or ()}) > 1


@difference("inline", lambda plan: plan.call == "ainvoke" and isinstance(plan.root, Model) and _mixed(plan))
def an_inline_handler_hides_model_starts_from_the_others(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """In asynchronous calls. Here every handler gets the start."""
    callbacks = {}
    for (label, events), handler in zip(ours.callbacks.items(), plan.config.handlers or (), strict=True):
        rest = (event for event in events if event.what != "on_llm_start")
        callbacks[label] = events if handler.inline else tuple(replace(event, run="hidden", name="") for event in rest)
    return replace(ours, callbacks=callbacks)


def _raising(plan: Plan) -> list[Handler]:
    return [handler for handler in plan.config.handlers or () if handler.raises]


@difference(
    "raise_error",
    lambda plan: plan.call in SYNC_CALLS and any(handler.kind == "async" for handler in _raising(plan)),
)
def an_exception_of_an_async_handler_in_a_sync_call_is_logged(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Even with `raise_error`. Here the call fails; there the handler behaves as without `raise_error`."""
    assert ours.outcomes == (((), ("LookupError", "the handler fails")),)
    passive = tuple(replace(handler, raises=False) for handler in plan.config.handlers or ())
    plan = replace(plan, config=replace(plan.config, handlers=passive))
    return normalized(drive(plan, OURS), plan)


@difference("raises beside others", lambda plan: plan.call in ASYNC_CALLS and bool(_raising(plan)))
def other_handlers_are_called_beside_one_that_raises(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """In asynchronous calls. Here the handlers after it are not called, as in synchronous calls on both."""
    (raising, (label, other)) = (next(iter(theirs.callbacks.values())), list(theirs.callbacks.items())[1])
    assert ours.callbacks[label] == other[: len(ours.callbacks[label])]
    assert [event.what for event in other[len(ours.callbacks[label]) :]] == [raising[-1].what]
    return replace(ours, callbacks=theirs.callbacks)
