"""The runs that events belong to: their ids, their parents, and what all events of a run have in common."""

from __future__ import annotations

from llm_conformance.checks.events import ALL, BOTH
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.hints import SHARED_STATE
from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import Event, Events, EventStreams, Finding, Findings, SubjectInfo, inconclusive, one_line


@check("events.run-id", MUST, clause="EVENT-007")
def run_ids_differ_between_calls(events_v1: Events, events_v2: Events) -> Findings:
    """Every event has a run id, and another call has other run ids."""
    for run in (events_v1, events_v2):
        nameless = [event for event in run.events if not event.run_id]
        if nameless:
            actual = f"an empty run id in {nameless[0].summary}"
            yield Finding("a run id in every event", actual, code="run-id-missing")
            return
    common = {event.run_id for event in events_v1.events} & {event.run_id for event in events_v2.events}
    if common:
        yield Finding("other run ids in another call", f"run id {min(common)!r} in both calls", code="run-id-shared")


@check("events.parents", MUST, clause="EVENT-008", for_each=BOTH)
def the_root_has_no_parents(run: Events) -> Findings:
    """The `parent_ids` of the root are empty."""
    for event in run.of_root:
        if event.parent_ids:
            actual = f"parent_ids {list(event.parent_ids)} in {event.summary}"
            yield Finding("parent_ids [] at the root", actual, code="root-has-parents")
            return


@check(
    "events.one-root",
    MUST,
    clause="EVENT-008",
    for_each=("events_v2", "nested_v2"),
    requires=("events.order", "events.parents", "nested.parents"),
)
def every_run_is_inside_the_root(run: Events) -> Findings:
    """In v2 every run is the root or inside it; no event belongs to an unrelated run."""
    for event in run.events:
        parents = list(event.parent_ids)
        if event.run_id != run.root and parents[:1] != [run.root]:
            yield Finding(
                f"parent_ids that begin with the root, {run.root!r}",
                f"parent_ids {parents} in {event.summary}",
                code="unrelated-run",
            )
            return


@check("events.v1-parents", MUST, clause="EVENT-009", for_each=("events_v1", "nested_v1"))
def v1_has_no_parents(run: Events) -> Findings:
    """In v1 `parent_ids` is empty in every event."""
    for event in run.events:
        if event.parent_ids:
            actual = f"parent_ids {list(event.parent_ids)} in {event.summary}"
            yield Finding("parent_ids [] in every event of v1", actual, code="parents-in-v1")
            return


@check("events.constant", MUST, clause="EVENT-010", for_each=ALL)
def the_events_of_a_run_agree(run: Events) -> Findings:
    """The name, tags, metadata and parent_ids of a run are the same in all its events."""
    firsts: dict[str, Event] = {}
    for event in run.events:
        first = firsts.setdefault(event.run_id, event)
        for key in ("name", "tags", "metadata", "parent_ids"):
            if event.value.fields.get(key) != first.value.fields.get(key):
                yield Finding(
                    f"{_attribute(first, key)}, as in the run's first event",
                    f"{_attribute(event, key)} in {event.summary}",
                    code=f"{key.replace('_', '-')}-changed",
                )
                return


@check("events.name", MUST, clause="CONF-005", for_each=BOTH)
def the_root_has_a_name(run: Events) -> Findings:
    """Without a `run_name` in the config, the root's events have the name of the class or of the runnable."""
    for event in run.of_root:
        if not event.name:
            yield Finding("a name at the root", f"the name {event.name!r} in {event.event}", code="name-missing")
            return


@check(
    "events.isolated",
    MUST,
    clause="EVENT-021",
    for_each=("events_concurrent[*]",),
    requires=("events.first",),
)
def concurrent_event_streams_do_not_mix(runs: EventStreams, subject: SubjectInfo) -> Findings:
    """Two concurrent `astream_events()` of one instance share no run id, and each starts with its own prompt."""
    if runs.failed:
        yield call_failed("both event streams end without an exception", runs, hint=SHARED_STATE)
        return
    if not all(run.events for run in runs.by_label.values()) or len(runs.by_label) != 2:  # noqa: PLR2004 - the two calls
        yield inconclusive("the two calls did not yield events")
        return
    first, second = runs.by_label.values()
    common = {event.run_id for event in first.events} & {event.run_id for event in second.events}
    if common:
        actual = f"run id {min(common)!r} in both event streams"
        yield Finding("different run ids in two event streams", actual, code="run-id-shared", hint=SHARED_STATE)
    for run, prompt in ((first, subject.prompts[0]), (second, subject.prompts[1])):
        value = run.events[0].data.get("input") if run.events else None
        if value is not None and value.text != prompt:
            actual = f"data.input {one_line(value.display)}"
            yield Finding(f"data.input {prompt!r}", actual, code="input-differs", hint=SHARED_STATE)


def _attribute(event: Event, key: str) -> str:
    value = event.value.fields.get(key)
    if value is None:
        return f"no {key}"
    return f"{key} {[item.text for item in value.items] if value.base == 'list' else one_line(value.display)}"
