"""An act as it is drawn: its calls beside each other, with one timeline, each with the panels of its record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.records import (
    CallOutcome,
    ChatAnswers,
    IteratorOutcome,
    Observation,
    Raised,
    Reply,
    Requests,
    Value,
)
from llm_conformance.report.html.panels import Panel, panels
from llm_conformance.report.html.rule import in_brief
from llm_conformance.report.html.timeline import Timeline, by_time, milliseconds

# The calls of an observation that are drawn: those that findings name, else the first ones.
_NAMED, _FIRST = 12, 2
# Lines of a traceback, and characters of a line.
_FRAMES, _LINE = 40, 800
# Their prompt is that of `invoke`.
_LIKE_INVOKE = {"stream", "astream"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a figure. trace: the lines of the exceptions that it raised."""

    title: str
    ended: str
    failed: bool
    panels: tuple[Panel, ...]
    trace: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One act in its styles. left: the titles of the calls that are not drawn, each with how it ended."""

    name: str
    act: str
    timeline: Timeline | None
    calls: tuple[Call, ...]
    left: tuple[str, ...]


def figure(names: Collection[str], observed: Mapping[str, Observation], named: Collection[str]) -> Figure:
    """The figure of the observations with these names.

    observed: all observations of the subject. named: the titles of the calls that findings are about.
    """
    calls = {title: one for name in names for title, one in _calls(name, observed[name])}
    shown = sorted(_shown(calls, named), key=_part)
    iterators = {title: call for title in shown if isinstance(call := calls[title], IteratorOutcome)}
    act = next(iter(names)).partition("#")[0]
    return Figure(
        name=" and ".join(names),
        act=in_brief(SCENARIOS[act].act) if act in SCENARIOS else "",
        timeline=by_time(iterators),
        calls=tuple(_call(title, calls[title], _invoked(title, observed)) for title in shown),
        left=tuple(f"{title}: {call.ended_with}"[:_LINE] for title, call in calls.items() if title not in shown),
    )


def title_of(name: str, where: str) -> str:
    """The title of the call that a finding is about. where: the label of the call, and a place within it."""
    label = where.partition(",")[0]
    return f"{name}: {label}" if label else name


def _calls(name: str, one: CallOutcome) -> Iterator[tuple[str, CallOutcome]]:
    """The calls of a record: those that it has by label, or itself."""
    parts = getattr(one, "by_label", None)
    if isinstance(one, Requests) or not isinstance(parts, Mapping):
        yield name, one
        return
    if one.failed or not parts:
        yield name, one
    yield from ((f"{name}: {label}", call) for label, call in parts.items())


def _part(title: str) -> str:
    """The label of a call, so that the same call in two styles stands side by side."""
    return title.partition(": ")[2]


def _shown(calls: Mapping[str, CallOutcome], named: Collection[str]) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for title in calls:
        by_name.setdefault(title.partition(": ")[0], []).append(title)
    found = []
    for titles in by_name.values():
        found += [one for one in titles if one in named][:_NAMED] or titles[:_FIRST]
    return found


def _invoked(title: str, observed: Mapping[str, Observation]) -> Value | None:
    """The message that invoke() returned for the same answer, if it is recorded."""
    name, _, label = title.partition(": ")
    reply = observed.get("invoke")
    if name.partition("#")[0] in _LIKE_INVOKE and isinstance(reply, Reply):
        return reply.value if reply.value is not None and reply.value.base == "object" else None
    same = f"{name.partition('[')[0]}[invoke]"
    answers = observed.get(same)
    if same != name and isinstance(answers, ChatAnswers) and label in answers.by_label:
        return answers.by_label[label].message
    return None


def _call(title: str, call: CallOutcome, invoked: Value | None) -> Call:
    ended = f"{call.ended_with}{f', {milliseconds(call.seconds)}' * bool(call.seconds)}"
    trace = tuple(_trace(call.raised))[:_FRAMES] if call.raised is not None else ()
    return Call(
        title=title,
        ended=(f"{ended}; inconclusive: {call.inconclusive}" if call.inconclusive else ended)[:_LINE],
        failed=call.failed,
        panels=panels(call, invoked),
        trace=tuple(line[:_LINE] for line in trace),
    )


def _trace(raised: Raised) -> Iterator[str]:
    for number, one in enumerate(raised.chain):
        yield f"{'caused by ' * (number > 0)}{one.type}: {one.message}"
        yield from one.traceback.splitlines()
