"""The filters of `astream_events()`: by name, type and tag, to include and to exclude."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from llm_conformance.checks.events import sequence
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import (
    Event,
    Events,
    EventStreams,
    Finding,
    Findings,
    inconclusive,
    one_line,
    output_text,
)

_FILTERED = ("filters_v1", "filters_v2")
_AFTER = ("events.first", "events.last", "events.names", "events.passes-arguments")
# The keyword arguments by which the scenario filters, under the names that it gives to them.
_ARGUMENTS = {
    "its name, or another type": "include_names=[own name], include_types=[another type]",
    "its type": "include_types=[own type]",
    "another type": "include_types=[another type]",
    "its tag": "include_tags=[own tag]",
    "without its name": "exclude_names=[own name]",
    "its name, without its type": "include_names=[own name], exclude_types=[own type]",
    "its type, without its tag": "include_types=[own type], exclude_tags=[own tag]",
}


@check("filters.completes", MUST, clause="FILTER-003", for_each=_FILTERED)
def filtered_events_complete(runs: EventStreams) -> Findings:
    """`astream_events()` accepts filters by name, type and tag, and ends, also if no event passes."""
    if runs.failed:
        # Without one, no call was begun.
        name = next(reversed(runs.by_label), "")
        yield call_failed("ends without an exception", runs, where=_ARGUMENTS.get(name, name))


@check("filters.include", MUST, clause="FILTER-001", for_each=_FILTERED, requires=_AFTER)
def one_matching_include_filter_is_enough(runs: EventStreams) -> Findings:
    """With several include filters, an event passes if any one of them matches."""
    yield from _passes(runs, "its name, or another type")


@check("filters.exclude", MUST, clause="FILTER-002", for_each=_FILTERED, requires=_AFTER)
def exclude_filters_win(runs: EventStreams) -> Findings:
    """An event that an exclude filter matches does not pass, even if an include filter matches it."""
    name, kind = runs.filter_name, runs.filter_type
    yield from _blocks(runs, "without its name", lambda event: event.name == name)
    yield from _blocks(runs, "its name, without its type", lambda event: event.event.startswith(f"on_{kind}_"))
    yield from _blocks(runs, "its type, without its tag", lambda event: "t1" in event.tags)


@check("filters.types", MUST, clause="FILTER-003", for_each=_FILTERED, requires=_AFTER)
def types_are_those_of_the_event_names(runs: EventStreams) -> Findings:
    """`include_types` with the type of the root passes the root's events; with another type, no event passes."""
    yield from _passes(runs, "its type")
    yield from _blocks(runs, "another type", lambda _: True)


@check("filters.tags", MUST, clause="FILTER-006", for_each=_FILTERED, requires=(*_AFTER, "config.tags"))
def the_roots_tag_passes_every_event(runs: EventStreams) -> Findings:
    """`include_tags` with a tag of the root passes the root's start and end, because all its events have the tag."""
    yield from _passes(runs, "its tag")


@check("filters.nested", MUST, clause="FILTER-004")
def filtered_events_are_a_part_of_all_events(filtered_chain: Events, nested_v2: Events) -> Findings:
    """In a chain, a filter by the model's type passes every kind of event of that type, and no other event."""
    if filtered_chain.failed:
        yield call_failed("ends without an exception", filtered_chain)
        return
    if not nested_v2.of_model:
        yield inconclusive("the events of the chain have no run of the model")
        return
    kind = nested_v2.of_model[0].event.rpartition("_")[0]
    expected = _outline(event for event in nested_v2.events if event.event.startswith(f"{kind}_"))
    actual = _outline(iter(filtered_chain.events))
    if "" in {output_text(filtered_chain.events), output_text(nested_v2.of_model)}:
        # A model may give another answer in each call, and an empty one has no stream events.
        expected, actual = (
            {one for one in outline if not one[0].endswith("_stream")} for outline in (expected, actual)
        )
    if actual != expected:
        missing = ", ".join(sorted(f"{event} of {name!r}" for event, name in expected - actual))
        added = ", ".join(sorted(f"{event} of {name!r}" for event, name in actual - expected))
        yield Finding(
            f"all events {kind}_.., and no others",
            f"missing: {missing or 'nothing'}; added: {added or 'nothing'}",
            code="events-missing" if missing else "events-added",
        )


@check("filters.own-input", SHOULD, clause="FILTER-005", requires=("filters.nested",))
def the_first_event_that_passes_keeps_its_input(filtered_chain: Events, nested_v2: Events) -> Findings:
    """The first event that passes a filter has the same `data["input"]` as without the filter."""
    passed, own = filtered_chain.events, nested_v2.of_model
    if not passed or not own or "input" not in own[0].data:
        yield inconclusive("the start event of the model has no data.input")
        return
    actual, expected = passed[0].data.get("input"), own[0].data["input"]
    if actual != expected:
        yield Finding(
            f"data.input {one_line(expected.display)}",
            "no data.input" if actual is None else f"data.input {one_line(actual.display)}",
            code="input-missing" if actual is None else "input-differs",
            scenario="filtered_chain",
        )


def _passes(runs: EventStreams, *names: str) -> Iterator[Finding]:
    for name, run in _named(runs, names):
        phases = {event.phase for event in run.of_root}
        if not {"start", "end"} <= phases:
            yield Finding(
                "passed: the root's start and end",
                f"passed: {sequence(run.events)}",
                code="filtered-out",
                where=_ARGUMENTS[name],
            )
            return


def _blocks(runs: EventStreams, name: str, excluded: Callable[[Event], bool]) -> Iterator[Finding]:
    for label, run in _named(runs, (name,)):
        passed = tuple(event for event in run.events if excluded(event))
        if passed:
            yield Finding(
                "passed: no event that the filter excludes",
                f"passed: {sequence(passed)}",
                code="not-filtered-out",
                where=_ARGUMENTS[label],
            )


def _named(runs: EventStreams, names: tuple[str, ...]) -> Iterator[tuple[str, Events]]:
    return ((name, runs.by_label[name]) for name in names if name in runs.by_label)


def _outline(events: Iterator[Event]) -> set[tuple[str, str]]:
    """Which events there are. Their number depends on the answer, and two answers may differ."""
    return {(event.event, event.name) for event in events}
