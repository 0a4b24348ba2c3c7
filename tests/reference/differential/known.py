"""Where the two differ, rule by rule: each rewrites what the reference does into what langchain-core does instead.

So a rule says both sides, and what it says is checked: after all rules that apply, the two are equal. S2 and the like
are numbers of the contract; the others are named. A rule that looks at the other side says why it has to.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from reference.differential.drive import drive
from reference.differential.library import OURS
from reference.differential.normal import Seen, Told, by_run, seen
from reference.differential.plan import (
    ASYNC_CALLS,
    SYNC_CALLS,
    Assign,
    Bound,
    Calls,
    Config,
    Fallbacks,
    Handler,
    Model,
    Node,
    Parallel,
    Plain,
    Plan,
    Retry,
    parts,
)

Rewrite: TypeAlias = Callable[[Plan, Seen, Seen], Seen]


@dataclass(frozen=True, slots=True)
class Difference:
    """name: its number or name. when: whether it can show in a plan. rewrite: ours, as it would be there."""

    name: str
    when: Callable[[Plan], bool]
    rewrite: Rewrite


DIFFERENCES: list[Difference] = []


def difference(name: str, when: Callable[[Plan], bool]) -> Callable[[Rewrite], Rewrite]:
    def keep(rewrite: Rewrite) -> Rewrite:
        DIFFERENCES.append(Difference(name, when, rewrite))
        return rewrite

    return keep


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


def asked(node: Node) -> Node:
    """What a stream of the node is a stream of, where the node is no run of its own."""
    return asked(node.node) if isinstance(node, Bound | Retry) else node


def told_anew(all_seen: Seen, anew: Callable[[Told], Told]) -> Seen:
    """With everything that handlers were told rewritten."""
    return replace(all_seen, heard={label: tuple(map(anew, told)) for label, told in all_seen.heard.items()})


def events_anew(all_seen: Seen, anew: Callable[[list[Told]], list[Told]]) -> Seen:
    """With the events of every call rewritten."""
    return replace(
        all_seen, outcomes=tuple((tuple(anew(list(events))), raised) for events, raised in all_seen.outcomes)
    )


def streams(model: Node) -> bool:
    return isinstance(model, Model) and bool({"_stream", "_astream"} & set(model.hooks))


def _always(_plan: Plan) -> bool:
    return True


@difference(
    "S2",
    lambda plan: plan.call == "events v2" and isinstance(asked(plan.root), Model) and not streams(asked(plan.root)),
)
def a_root_that_does_not_stream_has_no_stream_event(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    return events_anew(ours, lambda events: [told for told in events if told.what != "on_llm_stream"])


@difference("run type", _always)
def a_handler_is_told_no_kind_of_a_plain_step(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here run_type is "chain"; there it is None."""

    def anew(told: Told) -> Told:
        if told.what != "on_chain_start" or told.data[1].get("run_type") != "chain":
            return told
        return replace(told, data=[told.data[0], {k: v for k, v in told.data[1].items() if k != "run_type"}])

    return told_anew(ours, anew)


@difference("inputs", _always)
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


def _threads(plan: Plan) -> bool:
    """Whether some of the work is done in threads: it cannot be interrupted, and comes to the end of its step."""
    functions = any(isinstance(node, Calls) and not node.is_async for node in plan.nodes)
    return functions or any("_stream" in model.hooks and "_astream" not in model.hooks for model in plan.models)


def leaves(*calls: str) -> Callable[[Plan], bool]:
    return lambda plan: plan.leave is not None and plan.call in calls


@difference("left by fallbacks", lambda plan: leaves("stream", "transform")(plan) and _falls_back(plan))
def a_stream_with_fallbacks_leaves_the_model_as_it_is(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the model is closed, and its run is told; there it hangs where it was, and nobody hears of its end."""
    if not any(take[-1] == "still on" for take in theirs.takes):
        return ours
    assert {take[-1] for take in ours.takes} == {"GeneratorExit"}
    return replace(ours, takes=theirs.takes, heard=theirs.heard)


@difference("S1", lambda plan: leaves("stream", "transform")(plan) and not isinstance(asked(plan.root), Model))
def closing_a_synchronous_chain_runs_the_model_to_its_end(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the model stops, and each open run is told of GeneratorExit; there it says all, and the runs end well."""
    assert ours.ran_on == 0
    assert {take[-1] for take in theirs.takes} <= {"end"} | {take[-1] for take in ours.takes}
    if ours.takes != theirs.takes:
        assert "GeneratorExit" in {take[-1] for take in ours.takes}
    return replace(ours, takes=theirs.takes, heard=theirs.heard, ran_on=theirs.ran_on)


@difference("S17", leaves("events v1"))
def leaving_the_events_of_v1_does_not_stop_the_model(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here it stops; there it says all, in the background, and all handlers hear of it."""
    assert _threads(plan) or ours.ran_on == 0
    assert {take[-1] for take in theirs.takes} <= {"end"}
    if plan.linear:
        for label, told in ours.heard.items():
            went_well = [each for each in told if not each.what.endswith("_error")]
            assert [each.what for each in theirs.heard[label][: len(went_well)]] == [each.what for each in went_well]
    return replace(ours, takes=theirs.takes, heard=theirs.heard, ran_on=theirs.ran_on, left=theirs.left)


def _batch_of_a_model(plan: Plan) -> bool:
    node = plan.root
    while isinstance(node, Bound):
        node = node.node
    return plan.is_batch and isinstance(node, Model)


@difference("S5", _batch_of_a_model)
def a_batch_of_a_model_has_no_run_id(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    return told_anew(
        ours,
        lambda told: replace(told, run=f"{told.name}{sorted(told.tags)}") if told.run.startswith("given") else told,
    )


@difference("S12", lambda plan: plan.call == "events v1" and isinstance(asked(plan.root), Model))
def events_of_v1_do_not_know_tags_and_metadata_of_the_constructor(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    model = asked(plan.root)
    assert isinstance(model, Model)

    def anew(told: Told) -> Told:
        said = configs_of(plan)
        of_call = {k: v for config in said for k, v in config.metadata.items()}
        mine = [tag for tag in told.tags if tag.startswith("call ")]
        kept = [*plan.config.tags, *mine]
        if any(isinstance(node, Bound | Retry) for node in plan.nodes):
            kept = sorted({tag for config in said for tag in config.tags} | set(mine))
        return replace(
            told, run=told.run.replace(str(sorted(told.tags)), str(sorted(kept))), tags=tuple(kept), metadata=of_call
        )

    return events_anew(ours, lambda events: [anew(told) for told in events])


def configs_of(plan: Plan) -> list[Config]:
    """What the call and the bindings around the root say, the innermost first."""
    said: list[Config] = []
    node = plan.root
    while isinstance(node, Bound | Retry):
        if isinstance(node, Bound):
            said.insert(0, node.config)
        node = node.node
    return [*said, plan.config]


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


@difference("S6", lambda plan: plan.call == "events v2" and any(vars(plan.filters).values()))
def filters_of_v2_overwrite_the_first_input_that_survives(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here a nested run keeps its input; there the first one told of gets the root's, and loses it at its end."""
    if not plan.linear:
        return _some_input_overwritten(ours, theirs)
    outcomes = []
    for (events, raised), value in zip(ours.outcomes, plan.inputs, strict=False):
        anew = []
        for number, told in enumerate(events):
            if number == 0:
                anew.append(replace(told, data={**told.data, "input": value}))
            elif told.run == events[0].run and told.what.endswith("_end"):
                anew.append(replace(told, data={k: v for k, v in told.data.items() if k != "input"}))
            else:
                anew.append(told)
        outcomes.append((tuple(anew), raised))
    return replace(ours, outcomes=tuple(outcomes))


def _some_input_overwritten(ours: Seen, theirs: Seen) -> Seen:
    """Where several things go on at a time, nobody knows which event is the first."""
    outcomes = []
    for (events, raised), (their_events, _) in zip(ours.outcomes, theirs.outcomes, strict=True):
        assert Counter((e.what, e.run, e.parents) for e in events) == Counter(
            (e.what, e.run, e.parents) for e in their_events
        )
        assert sum(told not in events for told in their_events) <= 2
        outcomes.append((their_events, raised))
    return replace(ours, outcomes=tuple(outcomes))


@difference("empty input", lambda plan: plan.call == "events v2")
def an_input_that_is_empty_is_told_as_an_empty_dict(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """At the end of a step of a chain; here it is told as it was."""

    def anew(told: Told) -> Told:
        empty = told.what.endswith("_end") and "input" in told.data and not told.data["input"]
        return replace(told, data={**told.data, "input": {}}) if empty else told

    return events_anew(ours, lambda events: [anew(told) for told in events])


def _parallel(plan: Plan) -> bool:
    return any(isinstance(node, Parallel | Assign) for node in plan.nodes)


@difference("parallel", _parallel)
def steps_beside_each_other_go_on_when_their_call_is_over(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """When one fails, or the caller leaves, the others are cancelled here.

    There they go on, until their next piece at least, in tasks that nobody waits for.
    """
    failed = any(raised for _, raised in ours.outcomes)
    if not (plan.leave or failed) or (plan.call == "events v1" and plan.leave):
        return ours
    assert ours.left == 0
    assert ours.ran_on == 0 or _threads(plan)
    if failed and plan.call.startswith("events"):
        # So their events go on, too.
        assert [raised for _, raised in ours.outcomes] == [raised for _, raised in theirs.outcomes]
        ours = replace(ours, outcomes=theirs.outcomes)
    return replace(ours, takes=theirs.takes, heard=theirs.heard, ran_on=theirs.ran_on, left=theirs.left)


def _bare(node: Node) -> Node:
    while isinstance(node, Bound | Fallbacks):
        node = node.node
    return node


def _generates_with_no_callbacks(plan: Plan) -> bool:
    node = _bare(plan.root) if plan.call == "ainvoke" else asked(plan.root)
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
    for mine, other in () if _falls_back(plan) else zip(*(items or [()]), *(their_items or [()]), strict=True):
        assert other == mine or _is_error(other)
    return replace(ours, outcomes=theirs.outcomes, heard=theirs.heard, takes=theirs.takes)


def _falls_back(plan: Plan) -> bool:
    return any(isinstance(node, Fallbacks) for node in plan.nodes)


def may_fail(plan: Plan) -> bool:
    """Whether anything in it is there to fail."""
    models = any(model.call_fails or model.fails_at is not None for model in plan.models)
    steps = any(isinstance(node, Plain) and node.kind in ("raises", "breaks") for node in plan.nodes)
    return models or steps or any(handler.raises for handler in plan.handlers)


def _is_error(item: Any) -> bool:
    return isinstance(item, tuple) and item[0] in ("ConnectionError", "LookupError", "ValueError", "CancelledError")


@difference("S19", lambda plan: _batch_of_a_model(plan) and plan.leave is not None)
def calls_of_a_batch_come_one_by_one(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the calls overlap; there, when the caller leaves, only the first has begun."""
    assert len(theirs.takes) <= 1
    return replace(ours, takes=theirs.takes, heard=theirs.heard)


@difference(
    "tokens of a batch",
    lambda plan: plan.is_batch and not plan.leave and any(model.call_reports for model in plan.models),
)
def tokens_of_a_batch_are_told_of_its_first_run(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here each token is told of the run of its own prompt; there of the run of the first prompt."""
    if _without_tokens(ours) != _without_tokens(theirs):
        return ours
    return replace(ours, heard=theirs.heard)


def _without_tokens(all_seen: Seen) -> dict[str, Counter[str]]:
    return {
        label: Counter(_unordered_told(told) for told in all_told if told.what != "on_llm_new_token")
        for label, all_told in all_seen.heard.items()
    }


@difference("left open", lambda plan: plan.leave is not None and plan.call in ASYNC_CALLS)
def a_synchronous_stream_is_left_to_the_garbage_collector(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Under an asynchronous call; here it is closed in its thread."""
    if len(ours.takes) != len(theirs.takes):
        return ours
    takes = tuple(
        (*mine[:-1], "still on")
        if mine[0] == "_stream" and (mine[-1], other[-1]) == ("GeneratorExit", "still on")
        else mine
        for mine, other in zip(ours.takes, theirs.takes, strict=True)
    )
    return replace(ours, takes=takes)


@difference("S18", lambda plan: plan.leave is not None and plan.leave.how != "cancel" and plan.call == "events v2")
def a_model_waits_for_the_reader_of_its_events(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here it is never far ahead of who reads; there it goes as far as it can."""
    if ours.takes == theirs.takes:
        return ours
    made, their_made = (sum(take[4] for take in each.takes) for each in (ours, theirs))
    assert made <= their_made
    assert {take[-1] for take in ours.takes} <= {"GeneratorExit", "CancelledError", "end", "still on"}
    return replace(ours, takes=theirs.takes, heard=theirs.heard)


@difference("given last", lambda plan: (plan.leave is not None and plan.leave.how != "cancel") or _parallel(plan))
def a_model_that_was_left_has_not_said_its_last_chunk(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """on_llm_error is told here of all that was given; there the chunk is missing with which the caller left."""
    heard = {}
    for label, all_told in ours.heard.items():
        errors = [told for told in theirs.heard.get(label, ()) if told.what == "on_llm_error"]
        anew = []
        for told in all_told:
            same = next((e for e in errors if (e.run, e.data[0]) == (told.run, told.data[0])), None)
            if told.what == "on_llm_error" and same and told.data[0] == [("GeneratorExit", "")]:
                errors.remove(same)
                assert _text_of(told).startswith(_text_of(same))
                told = replace(told, data=same.data)  # noqa: PLW2901
            anew.append(told)
        heard[label] = tuple(anew)
    return replace(ours, heard=heard)


def _text_of(told: Told) -> str:
    generations = told.data[1]["response"]["generations"]
    return str(generations[0][0][0]) if generations else ""


@difference("told first", lambda plan: plan.leave is not None and plan.call in ASYNC_CALLS and plan.linear)
def the_outermost_run_is_told_first_that_its_caller_left(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """When a stream is closed. Here the innermost is, as on both when the caller is cancelled, or a step fails."""
    heard = {}
    for label, all_told in ours.heard.items():
        mine = [told for told in all_told if _is_left(told)]
        ended = [told.run for told in mine]
        assert all(
            told.run not in ended[ended.index(parent) :] for told in mine for parent in told.parents if parent in ended
        )
        left = _outermost_first(mine)
        heard[label] = tuple(next(left) if _is_left(told) else told for told in all_told)
    return replace(ours, heard=heard)


def _outermost_first(all_told: list[Told]) -> Iterator[Told]:
    def below(runs: list[Told]) -> Iterator[Told]:
        for run in runs:
            yield run
            yield from below([told for told in all_told if told.parents[-1:] == (run.run,)])

    known = {told.run for told in all_told}
    return below([told for told in all_told if known.isdisjoint(told.parents)])


def _is_left(told: Told) -> bool:
    return told.what.endswith("_error") and told.data[0] == [("GeneratorExit", "")]


def _unordered_told(told: Told) -> str:
    return repr((told.what, told.run, told.parents, told.tags, _unordered(told.metadata), _unordered(told.data)))


@difference("cancelled batch", lambda plan: plan.call == "abatch" and plan.leave is not None)
def a_cancelled_batch_of_a_chain_may_return_its_cancellation(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here the caller's CancelledError is raised.

    There it is an outcome like others: with return_exceptions or with_retry, it is returned in every slot, and the task
    that was cancelled goes on.
    """
    (their_items, their_raised) = theirs.outcomes[0]
    assert ours.outcomes == (((), ("CancelledError", "")),)
    assert their_raised == ("CancelledError", "") or their_items == ([("CancelledError", "")] * len(plan.inputs),)
    return replace(ours, outcomes=theirs.outcomes, heard=theirs.heard, takes=theirs.takes)


def _names_handlers(plan: Plan) -> bool:
    return any(isinstance(node, Bound) and node.config.handlers is not None for node in plan.nodes)


def _content(told: Told) -> str:
    return repr((told.what, _unordered(told.data)))


def _invoked(node: Node, invoked: bool, kind: Any) -> bool:  # noqa: FBT001
    """Whether a node of the kind is invoked, not streamed."""
    if invoked and isinstance(node, kind):
        return True
    if isinstance(node, Calls) and node.how != "answer":
        return _invoked(node.node, node.how == "invoke", kind)
    return any(_invoked(part, invoked, kind) for part in parts(node))


@difference(
    "fallbacks",
    lambda plan: (
        _falls_back(plan)
        and (
            _invoked(plan.root, plan.call in ("invoke", "ainvoke", "batch", "abatch"), Fallbacks)
            or _names_handlers(plan)
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
        assert told == their_told or (their_told < told and _names_handlers(plan))
    if plan.call.startswith("events"):
        return replace(ours, heard=theirs.heard, outcomes=theirs.outcomes)
    return replace(ours, heard=theirs.heard)


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _unordered(each)) for key, each in value.items())
    return [_unordered(each) for each in value] if isinstance(value, list | tuple) else repr(value)


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


@difference("glued", _says_twice)
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
    "raises in vain",
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


@difference("S3", lambda plan: plan.call == "events v1")
def v1_ends_nested_runs_that_failed(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Here a failed run has no end; there it has one, with None or with what came so far."""
    outcomes = []
    for (events, raised), (their_events, their_raised) in zip(ours.outcomes, theirs.outcomes, strict=True):
        more = list(their_events)
        for told in events:
            if told in more:
                more.remove(told)
        if raised == their_raised and len(their_events) - len(more) == len(events):
            assert all(told.what.endswith("_end") for told in more)
            outcomes.append((their_events, raised))
        else:
            outcomes.append((events, raised))
    return replace(ours, outcomes=tuple(outcomes))
