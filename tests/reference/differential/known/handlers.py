"""How the two differ in what they tell their handlers."""

from collections import Counter
from dataclasses import replace
from typing import Any

from reference.differential.drive import drive
from reference.differential.known.difference import always, difference
from reference.differential.known.questions import (
    asked,
    bare,
    configs_of,
    falls_back,
    is_invoked,
    names_handlers,
    streams,
)
from reference.differential.known.rewriting import events_anew, told_anew, unordered
from reference.differential.library import OURS
from reference.differential.normal import Seen, Told, seen
from reference.differential.plan import ASYNC_CALLS, SYNC_CALLS, Fallbacks, Handler, Model, Plan

_AT_ONCE = ("invoke", "ainvoke", "batch", "abatch")


@difference("run type", always)
def a_handler_is_told_no_kind_of_a_plain_step(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here run_type is "chain"; there it is None."""

    def anew(told: Told) -> Told:
        if told.what != "on_chain_start" or told.data[1].get("run_type") != "chain":
            return told
        return replace(told, data=[told.data[0], {k: v for k, v in told.data[1].items() if k != "run_type"}])

    return told_anew(ours, anew)


@difference("inputs", always)
def a_handler_is_told_the_input_at_the_end_of_streams_alone(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here each end and each error of a step names its input; there only that of a step that was fed by a stream.

    Where such a step fails, it is here as much of the input as the step had taken, and there its first piece.
    """
    heard = {}
    for label, all_told in ours.heard.items():
        at_once = {each.run for each in all_told if each.what == "on_chain_start" and each.data[0] != [{"input": ""}]}
        errors = [each for each in theirs.heard.get(label, ()) if each.what == "on_chain_error"]
        heard[label] = tuple(_input_as_there(told, at_once, errors) for told in all_told)
    return replace(ours, heard=heard)


@difference("wrapped", lambda plan: plan.call == "batch" and falls_back(plan))
def a_synchronous_batch_with_fallbacks_tells_its_inputs_in_dicts(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here a handler is told the input itself.

    What is asked by a step, as by one beside others, is not asked as a batch; the other side tells which is.
    """
    wrapped = [told.data for all_told in theirs.heard.values() for told in all_told if _starts_to_fall_back(told)]

    def anew(told: Told) -> Told:
        if not _starts_to_fall_back(told) or isinstance(told.data[0][0], dict):
            return told
        data = [[{"input": told.data[0][0]}], told.data[1]]
        return replace(told, data=data) if data in wrapped else told

    return told_anew(ours, anew)


def _starts_to_fall_back(told: Told) -> bool:
    return told.what == "on_chain_start" and "Fallbacks" in told.name


def _input_as_there(told: Told, at_once: set[str], errors: list[Told]) -> Told:
    if told.what not in ("on_chain_end", "on_chain_error") or "inputs" not in told.data[1]:
        return told
    if told.run in at_once:
        return replace(told, data=[told.data[0], {}])
    if told.what == "on_chain_error":
        same = (each for each in errors if (each.run, each.parents) == (told.run, told.parents))
        if (error := next(same, None)) and _begins(told.data[1]["inputs"], error.data[1].get("inputs")):
            errors.remove(error)
            return replace(told, data=[told.data[0], error.data[1]])
    return told


def _begins(whole: Any, part: Any) -> bool:
    """Whether the part is the beginning of the whole."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and _begins(whole[key], value) for key, value in part.items())
    return str(whole).startswith(str(part)) if isinstance(whole, str) and part is not None else whole == part


@difference("metadata", lambda plan: any(model.metadata for model in plan.models))
def metadata_of_the_constructor_wins(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here metadata of the call wins."""
    return _their_metadata(plan, ours)


def _their_metadata(plan: Plan, ours: Seen) -> Seen:
    own = {key: value for model in plan.models for key, value in model.metadata.items()}

    def anew(told: Told) -> Told:
        of_model = told.what.startswith("on_llm") and told.metadata
        return replace(told, metadata={**told.metadata, **own}) if of_model else told

    if plan.call.startswith("events") and not (plan.call == "events v1" and isinstance(asked(plan.root), Model)):
        ours = events_anew(ours, lambda events: [anew(told) for told in events])
    return told_anew(ours, anew)


def _generates_with_no_callbacks(plan: Plan) -> bool:
    node = bare(plan.root) if plan.call == "ainvoke" else asked(plan.root)
    if not isinstance(node, Model) or (plan.call != "ainvoke" and streams(node)):
        return False
    return plan.call in ("ainvoke", "astream", "atransform") and {config.handlers for config in configs_of(plan)} <= {
        (),
        None,
    } != {None}


@difference(
    "S7", lambda plan: _generates_with_no_callbacks(plan) and any(config.handlers == () for config in configs_of(plan))
)
def an_empty_list_of_callbacks_is_an_index_error(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    assert all(raised is None or raised[0] != "IndexError" for _, raised in ours.outcomes)
    assert theirs.takes == ()
    assert theirs.heard == {}
    error = ("IndexError", "")
    return replace(ours, takes=(), heard={}, outcomes=tuple(((), error) for _ in ours.outcomes), ran_on=0)


def _content(told: Told) -> str:
    return repr((told.what, unordered(told.data)))


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
def what_fallbacks_ask_is_no_part_of_the_run(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here it is a child of the run that falls back; there it is a brother, of the same name, tags and id."""

    for label, mine in ours.heard.items():
        told, their_told = (
            Counter(_content(each) for each in all_told) for all_told in (mine, theirs.heard.get(label, ()))
        )
        # A binding with handlers of its own is a root there; those who listen to the chain do not hear of it.
        assert told == their_told or (their_told < told and names_handlers(plan))
    if plan.call.startswith("events"):
        return replace(ours, heard=theirs.heard, outcomes=theirs.outcomes)
    return replace(ours, heard=theirs.heard)


def _says_twice(plan: Plan) -> bool:
    return any(_glued(model) != _said_last(model) for model in plan.models)


def _said_last(model: Model) -> dict[str, Any]:
    return {key: value for info in model.infos for key, value in (info or {}).items() if value is not None}


def _glued(model: Model) -> dict[str, Any]:
    glued: dict[str, Any] = {}
    for info in model.infos:
        for key, value in (info or {}).items():
            if value is not None:
                glued[key] = glued[key] + value if isinstance(value, str) and key in glued and key != "id" else value
    return glued


@difference("repeated", _says_twice)
def texts_that_two_chunks_say_are_glued(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """In the generation_info of an answer; here it is as said last."""
    (model,) = plan.models

    def anew(value: Any) -> Any:
        if value == _said_last(model):
            return _glued(model)
        if isinstance(value, dict):
            return {key: anew(each) for key, each in value.items()}
        return type(value)(map(anew, value)) if isinstance(value, list | tuple) else value

    return told_anew(ours, lambda told: replace(told, data=anew(told.data)) if told.what == "on_llm_end" else told)


def _mixed(plan: Plan) -> bool:
    return len({handler.inline for handler in plan.config.handlers or ()}) > 1


@difference("inline", lambda plan: plan.call == "ainvoke" and isinstance(plan.root, Model) and _mixed(plan))
def beside_a_handler_that_runs_inline_no_other_hears_a_model_start(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """In asynchronous calls; here all hear it."""
    heard = {}
    for (label, all_told), handler in zip(ours.heard.items(), plan.config.handlers or (), strict=True):
        rest = (told for told in all_told if told.what != "on_llm_start")
        heard[label] = all_told if handler.inline else tuple(replace(told, run="hidden", name="") for told in rest)
    return replace(ours, heard=heard)


def _raising(plan: Plan) -> list[Handler]:
    return [handler for handler in plan.config.handlers or () if handler.raises]


@difference(
    "raise_error",
    lambda plan: plan.call in SYNC_CALLS and any(handler.kind == "async" for handler in _raising(plan)),
)
def what_an_asynchronous_handler_raises_under_a_synchronous_call_is_logged(
    plan: Plan, ours: Seen, theirs: Seen
) -> Seen:
    """Even where it says `raise_error`. Here the call fails; there it is as if the handler had not said so."""
    assert ours.outcomes == (((), ("LookupError", "the handler fails")),)
    quiet = tuple(replace(handler, raises=False) for handler in plan.config.handlers or ())
    plan = replace(plan, config=replace(plan.config, handlers=quiet))
    return seen(drive(plan, OURS), plan)


@difference("raises beside others", lambda plan: plan.call in ASYNC_CALLS and bool(_raising(plan)))
def beside_a_handler_that_raises_all_others_hear(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """In asynchronous calls. Here, as in synchronous calls on both, those that come after it do not."""
    (raising, (label, other)) = (next(iter(theirs.heard.values())), list(theirs.heard.items())[1])
    assert ours.heard[label] == other[: len(ours.heard[label])]
    assert [told.what for told in other[len(ours.heard[label]) :]] == [raising[-1].what]
    return replace(ours, heard=theirs.heard)
