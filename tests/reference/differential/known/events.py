"""Differences in the events of `astream_events`."""

from collections import Counter
from dataclasses import replace

from reference.differential.drive import drive
from reference.differential.known.difference import difference
from reference.differential.known.questions import streamed_node, streams
from reference.differential.known.rewriting import map_events
from reference.differential.library import OURS
from reference.differential.normal import Observation, RunEvent, normalized
from reference.differential.plan import Bound, Model, Node, Plan, Retry


@difference(
    "S2",
    lambda plan: (
        plan.call == "events v2"
        and isinstance(streamed_node(plan.root), Model)
        and not streams(streamed_node(plan.root))
    ),
)
def a_root_that_does_not_stream_has_no_stream_event(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    return map_events(ours, lambda events: [event for event in events if event.what != "on_llm_stream"])


@difference("S12", lambda plan: plan.call == "events v1" and isinstance(streamed_node(plan.root), Model))
def events_of_v1_omit_tags_and_metadata_of_the_constructor(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Their filters ignore them, too. Here they are part of the events, as in any other run of the model."""
    plan = replace(plan, root=_without_constructor_values(plan.root))
    return replace(ours, outcomes=normalized(drive(plan, OURS), plan).outcomes)


def _without_constructor_values(node: Node) -> Node:
    """The same root, without tags and metadata in the constructor of its model."""
    if isinstance(node, Bound | Retry):
        return replace(node, node=_without_constructor_values(node.node))
    return replace(node, tags=(), metadata={}) if isinstance(node, Model) else node


@difference("S6", lambda plan: plan.call == "events v2" and any(vars(plan.filters).values()))
def filters_of_v2_overwrite_the_first_input_that_survives(
    plan: Plan, ours: Observation, theirs: Observation
) -> Observation:
    """Here a nested run keeps its input; there the first one with events has the root's input, and none at its end."""
    if not plan.linear:
        return _some_input_overwritten(ours, theirs)
    outcomes = []
    for (events, raised), value in zip(ours.outcomes, plan.inputs, strict=False):
        rewritten = []
        for number, event in enumerate(events):
            if number == 0:
                rewritten.append(replace(event, data={**event.data, "input": value}))
            elif event.run == events[0].run and event.what.endswith("_end"):
                rewritten.append(replace(event, data={k: v for k, v in event.data.items() if k != "input"}))
            else:
                rewritten.append(event)
        outcomes.append((tuple(rewritten), raised))
    return replace(ours, outcomes=tuple(outcomes))


def _some_input_overwritten(ours: Observation, theirs: Observation) -> Observation:
    """If runs overlap, the first event is not defined."""
    outcomes = []
    for (events, raised), (their_events, _) in zip(ours.outcomes, theirs.outcomes, strict=True):
        same = Counter(map(_which, events)) == Counter(map(_which, their_events))
        # After a failing step more may differ: that is another difference.
        if same:
            assert sum(event not in events for event in their_events) <= 2
        outcomes.append((their_events if same else events, raised))
    return replace(ours, outcomes=tuple(outcomes))


def _which(event: RunEvent) -> tuple[str, str, tuple[str, ...]]:
    return event.what, event.run, event.parents


@difference("empty", lambda plan: plan.call == "events v2")
def an_empty_input_is_reported_as_an_empty_dict(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """At the end of a step of a chain. Here the input is unchanged."""

    def rewrite(event: RunEvent) -> RunEvent:
        empty = event.what.endswith("_end") and "input" in event.data and not event.data["input"]
        return replace(event, data={**event.data, "input": {}}) if empty else event

    return map_events(ours, lambda events: [rewrite(event) for event in events])


@difference("S3", lambda plan: plan.call == "events v1")
def v1_ends_nested_runs_that_failed(plan: Plan, ours: Observation, theirs: Observation) -> Observation:
    """Here a failed run has no end event; there it has one, with None or with the chunks so far."""
    outcomes = []
    for (events, raised), (their_events, their_raised) in zip(ours.outcomes, theirs.outcomes, strict=True):
        extra = list(their_events)
        for event in events:
            if event in extra:
                extra.remove(event)
        if raised == their_raised and len(their_events) - len(extra) == len(events):
            assert all(event.what.endswith("_end") for event in extra)
            outcomes.append((their_events, raised))
        else:
            outcomes.append((events, raised))
    return replace(ours, outcomes=tuple(outcomes))
