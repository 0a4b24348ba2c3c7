"""The event stream at the root: that it is whole, in order, and of one run."""

import re

from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import (
    Event,
    Events,
    EventStreams,
    Finding,
    Findings,
    Kind,
    SubjectInfo,
    not_applicable,
    one_line,
)

BOTH = ("events_v1", "events_v2")
ALL = (*BOTH, "nested_v1", "nested_v2")
_KEYS = {
    "event": "str",
    "name": "str",
    "run_id": "str",
    "tags": "list",
    "metadata": "dict",
    "data": "dict",
    "parent_ids": "list",
}
_PHASES = ("start", "stream", "end")
_NAME = re.compile(
    r"on_(llm|chat_model|chain|prompt|parser|tool|retriever)_(start|stream|end)|on_tool_error|on_custom_event"
)


@check("events.completes", MUST, clause="EVENT-004", for_each=BOTH, requires=("astream.is-async-iterator",))
def events_end(run: Events) -> Findings:
    """astream_events() comes to its end: it neither raises, nor hangs, nor goes on for ever."""
    if run.failed:
        yield Finding(expected="an event stream that ends", actual=run.ended_with)


@check("events.keys", MUST, clause="EVENT-001", for_each=ALL)
def an_event_is_a_dict_of_seven_keys(run: Events) -> Findings:
    """Each event is a dict with event, name, run_id, tags, metadata, data and parent_ids, each of its type."""
    for index, event in enumerate(run.events):
        if event.value.base != "dict":
            yield Finding(expected="a dict", actual=f"event {index} is {event.value.type}")
            return
        for key, base in _KEYS.items():
            value = event.value.fields.get(key)
            if value is None or value.base != base:
                seen = "absent" if value is None else f"a {value.type}"
                yield Finding(expected=f"key {key!r} with a {base}", actual=f"event {index}, {event.summary}: {seen}")
                return


@check("events.names", MUST, clause="EVENT-002", for_each=ALL)
def event_names_have_their_form(run: Events) -> Findings:
    """Events are named on_<type>_<start, stream or end>."""
    for index, event in enumerate(run.events):
        if not _NAME.fullmatch(event.event):
            yield Finding(expected="a name such as on_llm_stream", actual=f"event {index} is {event.event!r}")
            return


@check("events.root-type", MUST, clause="EVENT-002", for_each=BOTH, requires=("events.names",))
def the_root_is_named_as_its_kind(run: Events, about: SubjectInfo) -> Findings:
    """A string model's own events are on_llm_.., a chat model's on_chat_model_..."""
    expected = {Kind.LLM: "on_llm_", Kind.CHAT: "on_chat_model_"}.get(about.kind)
    if expected is None:
        yield not_applicable("its class says neither string model nor chat model")
        return
    for event in run.of_root:
        if not event.event.startswith(expected):
            yield Finding(expected=f"events of the root named {expected}..", actual=event.summary)
            return


@check("events.first", MUST, clause="EVENT-003", for_each=BOTH)
def the_roots_start_comes_first(run: Events, about: SubjectInfo) -> Findings:
    """The first event is the root's start, and its data.input is the value that the caller passed."""
    if not run.events:
        yield Finding(expected="the root's start", actual="no event at all")
        return
    first = run.events[0]
    given = first.data.get("input")
    if first.phase != "start":
        yield Finding(expected="the root's start", actual=first.summary)
    elif given is None:
        yield Finding(expected="data.input with the prompt", actual=f"{first.summary} without data.input")
    elif given.text != about.prompts[0]:
        yield Finding(expected=f"data.input {about.prompts[0]!r}", actual=f"data.input {one_line(given.display)}")


@check("events.last", MUST, clause="EVENT-004", for_each=BOTH)
def the_roots_end_comes_last(run: Events) -> Findings:
    """On success the last event is the root's end, and there is one of it."""
    if not run.events:
        return
    last = run.events[-1]
    ends = sum(event.phase == "end" for event in run.of_root)
    if last.phase != "end" or last.run_id != run.root:
        yield Finding(expected="the root's end as the last event", actual=sequence(run.events))
    elif ends != 1:
        yield Finding(expected="one end of the root", actual=f"{ends} of them")


@check("events.order", MUST, clause="EVENT-005", for_each=ALL)
def start_then_stream_then_end(run: Events) -> Findings:
    """Each run has one start, then its stream events, then at most one end, and nothing after it."""
    for run_id in dict.fromkeys(event.run_id for event in run.events):
        own = tuple(event for event in run.events if event.run_id == run_id and event.phase in _PHASES)
        phases = [event.phase for event in own]
        if phases and (phases[0] != "start" or "start" in phases[1:] or "end" in phases[:-1]):
            yield Finding(expected="start, stream .., end", actual=sequence(own))
            return


@check(
    "events.balance", MUST, clause="EVENT-006", for_each=BOTH, requires=("events.last",), kinds=(Kind.LLM, Kind.CHAT)
)
def every_start_has_an_end(run: Events) -> Findings:
    """On success every run that started has ended."""
    started = [event for event in run.events if event.phase == "start"]
    ended = {event.run_id for event in run.events if event.phase == "end"}
    for event in started:
        if event.run_id not in ended:
            yield Finding(expected="an end for every start", actual=f"{event.summary} without one")
            return


@check("events.run-id", MUST, clause="EVENT-007")
def run_ids_differ_between_calls(events_v1: Events, events_v2: Events) -> Findings:
    """A run has an id, and another call has another one."""
    for run in (events_v1, events_v2):
        nameless = [event for event in run.events if not event.run_id]
        if nameless:
            yield Finding(expected="a run id in every event", actual=f"{nameless[0].summary} with an empty one")
            return
    common = {event.run_id for event in events_v1.events} & {event.run_id for event in events_v2.events}
    if common:
        yield Finding(expected="other run ids in another call", actual=f"{min(common)} in both")


@check("events.parents", MUST, clause="EVENT-008", for_each=BOTH)
def the_root_has_no_parents(run: Events) -> Findings:
    """The root has no parent: its parent_ids are empty."""
    for event in run.of_root:
        if event.parent_ids:
            yield Finding(expected="parent_ids [] at the root", actual=f"{event.summary} with {list(event.parent_ids)}")
            return


@check(
    "events.one-root",
    MUST,
    clause="EVENT-008",
    for_each=("events_v2", "nested_v2"),
    requires=("events.order", "events.parents", "nested.parents"),
)
def every_run_is_inside_the_root(run: Events) -> Findings:
    """In v2 every run is the root or inside it: the events of a run that has nothing to do with it are not told."""
    for event in run.events:
        above = list(event.parent_ids)
        if event.run_id != run.root and above[:1] != [run.root]:
            expected = f"parent_ids that begin with the root, {run.root!r}"
            yield Finding(expected=expected, actual=f"{event.summary} with {above}")
            return


@check("events.v1-parents", MUST, clause="EVENT-009", for_each=("events_v1", "nested_v1"))
def v1_knows_no_parents(run: Events) -> Findings:
    """In v1 parent_ids is empty in every event."""
    for event in run.events:
        if event.parent_ids:
            yield Finding(expected="parent_ids [] in v1", actual=f"{event.summary} with {list(event.parent_ids)}")
            return


@check("events.constant", MUST, clause="EVENT-010", for_each=ALL)
def a_run_keeps_its_name(run: Events) -> Findings:
    """The name, tags, metadata and parent_ids of a run are the same in all its events."""
    firsts: dict[str, Event] = {}
    for event in run.events:
        first = firsts.setdefault(event.run_id, event)
        for key in ("name", "tags", "metadata", "parent_ids"):
            if event.value.fields.get(key) != first.value.fields.get(key):
                yield Finding(expected=f"the {key} of the run's start", actual=f"{event.summary} has another {key}")
                return


@check("events.name", MUST, clause="CONF-005", for_each=BOTH)
def the_root_has_a_name(run: Events) -> Findings:
    """Without a run name the root's events bear a name all the same: of the class, or of the runnable."""
    for event in run.of_root:
        if not event.name:
            yield Finding(expected="a name", actual=f"{event.event} with {event.name!r}")
            return


@check(
    "events.isolated",
    MUST,
    clause="EVENT-021",
    for_each=("events_at_once_v1", "events_at_once_v2"),
    requires=("events.first",),
)
def runs_at_once_share_nothing(runs: EventStreams, about: SubjectInfo) -> Findings:
    """Two event streams of one instance at the same time share no run id, and each begins with its own prompt."""
    if runs.failed:
        yield Finding(expected="two event streams that end", actual=runs.ended_with)
        return
    first, second = runs.by_label.values()
    common = {event.run_id for event in first.events} & {event.run_id for event in second.events}
    if common:
        yield Finding(expected="run ids of their own", actual=f"{min(common)} in both")
    for run, prompt in ((first, about.prompts[0]), (second, about.prompts[1])):
        given = run.events[0].data.get("input") if run.events else None
        if given is not None and given.text != prompt:
            yield Finding(expected=f"data.input {prompt!r}", actual=f"data.input {one_line(given.display)}")


@check(
    "events.raises",
    MUST,
    clause="EVENT-015",
    for_each=("refused_events_v1", "refused_events_v2"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def a_failure_is_raised_not_narrated(run: Events) -> Findings:
    """On failure the exception comes out of the iterator, and the root has no end event."""
    if run.raised is None:
        yield Finding(
            expected="an exception for the input 42", actual=run.ended_with + f" after {len(run.events)} events"
        )
    elif any(event.phase == "end" for event in run.of_root):
        yield Finding(expected="no end of a root that failed", actual=sequence(run.events))


def sequence(events: tuple[Event, ...]) -> str:
    """The names of these events, in one line."""
    names = [event.event for event in events]
    shown = names if len(names) <= 6 else [*names[:3], f".. {len(names) - 5} more ..", *names[-2:]]  # noqa: PLR2004
    return ", ".join(shown) or "no event at all"
