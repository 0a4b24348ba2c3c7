"""The filters of astream_events(): by name, by type and by tag, to include and to exclude."""

from collections.abc import Callable, Iterator

from llm_conformance.checks.events import sequence
from llm_conformance.checks.registry import MUST, SHOULD, check
from llm_conformance.records import Event, Events, EventStreams, Finding, Findings, not_testable, one_line

_FILTERED = ("filters_v1", "filters_v2")
_AFTER = ("events.first", "events.last", "events.names", "events.passes-arguments")


@check("filters.completes", MUST, clause="FILTER-003", for_each=_FILTERED)
def a_filtered_run_ends(runs: EventStreams) -> Findings:
    """astream_events() takes filters by name, type and tag, and comes to its end, also where no event passes."""
    if runs.failed:
        name = list(runs.by_label)[-1]
        yield Finding(expected="an event stream that ends", actual=runs.ended_with, where=name)


@check("filters.include", MUST, clause="FILTER-001", for_each=_FILTERED, requires=_AFTER)
def one_include_is_enough(runs: EventStreams) -> Findings:
    """With include filters an event passes if any of them matches: by name, or by type, or by tag."""
    yield from _all(runs, "its name, or another type")


@check("filters.exclude", MUST, clause="FILTER-002", for_each=_FILTERED, requires=_AFTER)
def excludes_win(runs: EventStreams) -> Findings:
    """What an exclude filter matches does not pass, whatever an include filter says."""
    name, kind = runs.filter_name, runs.filter_type
    yield from _none(runs, "without its name", lambda event: event.name == name)
    yield from _none(runs, "its name, without its type", lambda event: event.event.startswith(f"on_{kind}_"))
    yield from _none(runs, "its type, without its tag", lambda event: "t1" in event.tags)


@check("filters.types", MUST, clause="FILTER-003", for_each=_FILTERED, requires=_AFTER)
def types_are_those_of_the_event_names(runs: EventStreams) -> Findings:
    """A filter by the type in the names of the root's events passes them; one by another type leaves nothing."""
    yield from _all(runs, "its type")
    yield from _none(runs, "another type", lambda _: True)


@check("filters.tags", MUST, clause="FILTER-006", for_each=_FILTERED, requires=(*_AFTER, "config.tags"))
def the_roots_tag_passes_everything(runs: EventStreams) -> Findings:
    """Tags are inherited, so that a filter by the root's tag passes every event."""
    yield from _all(runs, "its tag")


@check("filters.nested", MUST, clause="FILTER-004")
def filtered_events_are_some_of_all(filtered_chain: Events, nested_v2: Events) -> Findings:
    """What passes a filter by the model's type is the model's part of the unfiltered events, and all of it."""
    if filtered_chain.failed:
        yield Finding(expected="an event stream that ends", actual=filtered_chain.ended_with)
        return
    if not nested_v2.of_model:
        yield not_testable("no run of the model is in the events of the chain")
        return
    kind = nested_v2.of_model[0].event.rpartition("_")[0]
    expected = _outline(event for event in nested_v2.events if event.event.startswith(f"{kind}_"))
    seen = _outline(iter(filtered_chain.events))
    if seen != expected:
        missing = ", ".join(sorted(f"{event} of {name!r}" for event, name in expected - seen))
        added = ", ".join(sorted(f"{event} of {name!r}" for event, name in seen - expected))
        yield Finding(
            expected=f"the events {kind}_..", actual=f"missing: {missing or 'nothing'}; added: {added or 'nothing'}"
        )


@check("filters.own-input", SHOULD, clause="FILTER-005", requires=("filters.nested",))
def the_first_to_pass_keeps_its_input(filtered_chain: Events, nested_v2: Events) -> Findings:
    """The first event that passes a filter has the data.input that it has without one."""
    passed, own = filtered_chain.events, nested_v2.of_model
    if not passed or not own or "input" not in own[0].data:
        yield not_testable("the start of the model tells no input")
        return
    given, expected = passed[0].data.get("input"), own[0].data["input"]
    if given != expected:
        seen = "none" if given is None else one_line(given.display)
        expected_input = f"data.input {one_line(expected.display)}"
        yield Finding(expected=expected_input, actual=f"data.input {seen}", where="filtered_chain")


def _all(runs: EventStreams, *names: str) -> Iterator[Finding]:
    for name, run in _named(runs, names):
        phases = {event.phase for event in run.of_root}
        if not {"start", "end"} <= phases:
            yield Finding(expected="all events of the root", actual=sequence(run.events), where=name)
            return


def _none(runs: EventStreams, name: str, excluded: Callable[[Event], bool]) -> Iterator[Finding]:
    for where, run in _named(runs, (name,)):
        passed = tuple(event for event in run.events if excluded(event))
        if passed:
            yield Finding(expected="no such event", actual=sequence(passed), where=where)


def _named(runs: EventStreams, names: tuple[str, ...]) -> Iterator[tuple[str, Events]]:
    return ((name, runs.by_label[name]) for name in names if name in runs.by_label)


def _outline(events: Iterator[Event]) -> set[tuple[str, str]]:
    """Which events there are: how many of each is up to the answer, and no two answers need be the same."""
    return {(event.event, event.name) for event in events}
