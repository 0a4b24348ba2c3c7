"""How the two differ in their events."""

from collections import Counter
from dataclasses import replace

from reference.differential.drive import drive
from reference.differential.known.difference import difference
from reference.differential.known.questions import asked, streams
from reference.differential.known.rewriting import events_anew
from reference.differential.library import OURS
from reference.differential.normal import Seen, Told, seen
from reference.differential.plan import Bound, Model, Node, Plan, Retry


@difference(
    "S2",
    lambda plan: plan.call == "events v2" and isinstance(asked(plan.root), Model) and not streams(asked(plan.root)),
)
def a_root_that_does_not_stream_has_no_stream_event(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    return events_anew(ours, lambda events: [told for told in events if told.what != "on_llm_stream"])


@difference("S12", lambda plan: plan.call == "events v1" and isinstance(asked(plan.root), Model))
def events_of_v1_do_not_know_tags_and_metadata_of_the_constructor(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """Nor do their filters. Here the events are those of any other run of the model."""
    plan = replace(plan, root=_said_nothing(plan.root))
    return replace(ours, outcomes=seen(drive(plan, OURS), plan).outcomes)


def _said_nothing(node: Node) -> Node:
    """The same root, with nothing said to the constructor of its model."""
    if isinstance(node, Bound | Retry):
        return replace(node, node=_said_nothing(node.node))
    return replace(node, tags=(), metadata={}) if isinstance(node, Model) else node


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
        same = Counter(map(_which, events)) == Counter(map(_which, their_events))
        # Where a step failed, more may differ: that is another difference.
        if same:
            assert sum(told not in events for told in their_events) <= 2
        outcomes.append((their_events if same else events, raised))
    return replace(ours, outcomes=tuple(outcomes))


def _which(told: Told) -> tuple[str, str, tuple[str, ...]]:
    return told.what, told.run, told.parents


@difference("empty", lambda plan: plan.call == "events v2")
def an_input_that_is_empty_is_told_as_an_empty_dict(plan: Plan, ours: Seen, theirs: Seen) -> Seen:
    """At the end of a step of a chain; here it is told as it was."""

    def anew(told: Told) -> Told:
        empty = told.what.endswith("_end") and "input" in told.data and not told.data["input"]
        return replace(told, data={**told.data, "input": {}}) if empty else told

    return events_anew(ours, lambda events: [anew(told) for told in events])


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
