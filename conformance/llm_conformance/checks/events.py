"""The events of one run of the model: complete, in order, and with the keys of their version."""

from __future__ import annotations

import re

from llm_conformance.checks.failures import call_failed, not_raised
from llm_conformance.checks.registry import MUST, check
from llm_conformance.records import Event, Events, Finding, Findings, Kind, SubjectInfo, not_applicable, one_line

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
def events_complete(run: Events) -> Findings:
    """`astream_events()` ends: it neither raises nor hangs, and the number of its events is finite."""
    if run.failed:
        yield call_failed("ends without an exception", run)


@check("events.keys", MUST, clause="EVENT-001", for_each=ALL)
def an_event_is_a_dict_with_seven_keys(run: Events) -> Findings:
    """Each event is a dict with event, name, run_id, tags, metadata, data and parent_ids, each of its type."""
    for index, event in enumerate(run.events):
        if event.value.base != "dict":
            actual = f"an object of type {event.value.type}"
            yield Finding("a dict", actual, code="not-a-dict", where=f"event {index}")
            return
        for key, base in _KEYS.items():
            value = event.value.fields.get(key)
            if value is None or value.base != base:
                actual = f"no key {key!r}" if value is None else f"key {key!r} with a {value.type}"
                yield Finding(
                    f"key {key!r} with a {base}",
                    f"{actual} in {event.summary}",
                    code="key-missing" if value is None else "key-type",
                    where=f"event {index}",
                )
                return


@check("events.names", MUST, clause="EVENT-002", for_each=ALL)
def event_names_have_their_form(run: Events) -> Findings:
    """Events are named `on_<type>_<phase>`: a known type, such as llm or chain, and one of start, stream and end."""
    for index, event in enumerate(run.events):
        if not _NAME.fullmatch(event.event):
            expected = "a name such as 'on_llm_stream'"
            yield Finding(expected, f"the name {event.event!r}", code="unknown-name", where=f"event {index}")
            return


@check("events.root-type", MUST, clause="EVENT-002", for_each=BOTH, requires=("events.names",))
def root_events_are_named_by_the_kind_of_model(run: Events, subject: SubjectInfo) -> Findings:
    """The root's events are named `on_llm_..` for a string model and `on_chat_model_..` for a chat model."""
    prefix = {Kind.LLM: "on_llm_", Kind.CHAT: "on_chat_model_"}.get(subject.kind)
    if prefix is None:
        yield not_applicable("the class is neither a string model nor a chat model")
        return
    for event in run.of_root:
        if not event.event.startswith(prefix):
            yield Finding(f"root events named {prefix}..", event.summary, code="type-differs")
            return


@check("events.first", MUST, clause="EVENT-003", for_each=BOTH, requires=("events.completes",))
def the_root_starts_first(run: Events, subject: SubjectInfo) -> Findings:
    """The first event is the root's start, and its `data["input"]` is the value that the caller passed."""
    if not run.events:
        yield Finding("the root's start first", "no event", code="no-events")
        return
    first = run.events[0]
    value = first.data.get("input")
    if first.phase != "start":
        yield Finding("the root's start first", f"{first.summary} first", code="no-start")
    elif value is None:
        yield Finding("data.input with the prompt", f"no data.input in {first.summary}", code="input-missing")
    elif value.text != subject.prompts[0]:
        expected = f"data.input {subject.prompts[0]!r}"
        yield Finding(expected, f"data.input {one_line(value.display)}", code="input-differs")


@check("events.last", MUST, clause="EVENT-004", for_each=BOTH)
def the_root_ends_last(run: Events) -> Findings:
    """On success the last event is the root's end, and the root has exactly one end."""
    if not run.events:
        return
    last = run.events[-1]
    ends = sum(event.phase == "end" for event in run.of_root)
    if last.phase != "end" or last.run_id != run.root:
        yield Finding("the root's end as the last event", sequence(run.events), code="no-end")
    elif ends != 1:
        yield Finding("1 end of the root", f"{ends} ends of the root", code="several-ends")


@check("events.order", MUST, clause="EVENT-005", for_each=ALL)
def each_run_starts_streams_and_ends(run: Events) -> Findings:
    """Each run has one start, then its stream events, then at most one end, and nothing after the end."""
    for run_id in dict.fromkeys(event.run_id for event in run.events):
        own = tuple(event for event in run.events if event.run_id == run_id and event.phase in _PHASES)
        phases = [event.phase for event in own]
        if phases and (phases[0] != "start" or "start" in phases[1:] or "end" in phases[:-1]):
            yield Finding("start, stream .., end in each run", sequence(own), code="order-differs")
            return


@check(
    "events.balance", MUST, clause="EVENT-006", for_each=BOTH, requires=("events.last",), kinds=(Kind.LLM, Kind.CHAT)
)
def every_start_has_an_end(run: Events) -> Findings:
    """On success every run that has a start event has an end event."""
    started = [event for event in run.events if event.phase == "start"]
    ended = {event.run_id for event in run.events if event.phase == "end"}
    for event in started:
        if event.run_id not in ended:
            yield Finding("an end for every start", f"no end for {event.summary}", code="no-end")
            return


@check(
    "events.raises",
    MUST,
    clause="EVENT-015",
    for_each=("invalid_input[events-v1]", "invalid_input[events-v2]"),
    kinds=(Kind.LLM, Kind.CHAT),
)
def a_failed_run_raises_and_has_no_end(run: Events) -> Findings:
    """If the model fails, `astream_events()` raises its exception, and the root has no end event."""
    yield from raises_without_end(run)


def raises_without_end(run: Events) -> Findings:
    """The findings on events that should end with an exception and without the root's end."""
    if run.raised is None:
        actual = f"ended without an exception after {len(run.events)} events"
        yield not_raised("an exception for the input 42", run, actual)
    elif any(event.phase == "end" for event in run.of_root):
        yield Finding("no end event of a root that failed", sequence(run.events), code="end-after-failure")


def sequence(events: tuple[Event, ...]) -> str:
    """The names of these events, in one line."""
    names = [event.event for event in events]
    shown = names if len(names) <= 6 else [*names[:3], f".. {len(names) - 5} more ..", *names[-2:]]  # noqa: PLR2004
    return ", ".join(shown) or "no event"
