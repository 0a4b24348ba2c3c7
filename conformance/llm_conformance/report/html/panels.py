"""What there is to see of one call, by the kind of its record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from itertools import groupby
from typing import Any, NamedTuple

from llm_conformance.records import (
    Batch,
    CallbackLog,
    CallOutcome,
    ChatAnswer,
    ChatAnswers,
    ControlledOutcome,
    CostProfile,
    Events,
    FaultResponse,
    Milestone,
    Reply,
    Requests,
    SampledTexts,
    Search,
    Stream,
    Text,
    V3Stream,
    Value,
)
from llm_conformance.report.html.event_tree import times, tree, v3_steps
from llm_conformance.report.html.exchange import exchange, of_requests
from llm_conformance.report.html.messages import SAID, compare
from llm_conformance.report.html.timeline import by_order

_ROWS = 100
_INVOKED = "invoke()"
_COUNTS = {
    Milestone.GENERATIONS_BEFORE_NEXT,
    Milestone.GENERATIONS_AFTER_CLOSE,
    Milestone.TOKENS_AFTER_ONE_CHUNK,
    Milestone.PEAK_CONCURRENCY,
    Milestone.CONCURRENT_CALLS,
}
_ADDED = "the chunks, added"


class Panel(NamedTuple):
    """One view of a call. kind: the macro of figure.html that draws it."""

    kind: str
    view: Any


Panels = Iterator[tuple[str, Any]]


def panels(call: CallOutcome, invoked: Value | None) -> tuple[Panel, ...]:
    """The panels that the record has something for. invoked: the message of invoke() for the same answer, if known."""
    return tuple(Panel(kind, view) for kind, view in _panels(call, invoked) if view)


@singledispatch
def _panels(_call: CallOutcome, _invoked: Value | None) -> Panels:
    """Of a record without anything to see beside how it ended."""
    yield from ()


@_panels.register
def _(call: Stream, invoked: Value | None) -> Panels:
    yield "chunks", call.display if call.chunks else None
    if call.total is not None:
        yield "messages", compare({_INVOKED: invoked, _ADDED: call.total})


@_panels.register
def _(call: Events, _invoked: Value | None) -> Panels:
    yield "tree", tree(call) if call.events else None


@_panels.register
def _(call: V3Stream, _invoked: Value | None) -> Panels:
    yield "steps", v3_steps(call)
    yield "messages", compare({SAID: call.said, ".output": call.output})


@_panels.register
def _(call: ChatAnswer, invoked: Value | None) -> Panels:
    yield "chunks", Text(tuple(chunk.text or "" for chunk in call.chunks)) if call.chunks else None
    returned = _ADDED if len(call.chunks) > 1 else "returned"
    known = {SAID: call.said, _INVOKED: invoked}
    yield "messages", compare({**known, returned: call.message, "in the end event": call.output})


@_panels.register
def _(call: ChatAnswers, _invoked: Value | None) -> Panels:
    if call.without_tools:
        yield "rows", [("tools", call.refused or "bind_tools() is not implemented")]


@_panels.register
def _(call: Reply, _invoked: Value | None) -> Panels:
    yield "chunks", call.display


@_panels.register
def _(call: Batch, _invoked: Value | None) -> Panels:
    yield "rows", [(f"slot {at}", _slot(slot)) for at, slot in enumerate(call.slots[:_ROWS])]


@_panels.register
def _(call: CallbackLog, _invoked: Value | None) -> Panels:
    """The calls of the handler, equal ones that follow each other as one row."""
    rows = []
    for (method, run_id), same in groupby(call.events[: _ROWS * 10], key=lambda one: (one.method, one.run_id)):
        events = list(same)
        delivered = " to ".join(map(str, dict.fromkeys((events[0].delivered, events[-1].delivered))))
        errors = ", ".join(dict.fromkeys(error for event in events for error in event.errors))
        words = f"run …{run_id[-4:]}, when the consumer had {delivered} chunks"
        rows.append((f"{method}{times(len(events))}", f"{words}: {errors}" if errors else words))
    yield "rows", rows
    yield "chunks", Text(call.texts) if call.texts else None


@_panels.register
def _(call: ControlledOutcome, _invoked: Value | None) -> Panels:
    yield "order", by_order(call)
    yield "exchange", exchange(call)
    rows = [(str(moment), _moment(moment, count)) for moment, count in call.milestones.items()]
    rows += [("prompt", call.prompt)] if call.prompt else []
    rows += [("the model received", one) for one in call.received[:_ROWS]]
    yield "rows", rows + [("left behind", one) for one in call.leftovers[:_ROWS]]
    # The exchange with a provider has them.
    yield "chunks", call.display if call.chunks and not isinstance(call, FaultResponse) else None


@_panels.register
def _(call: Search, _invoked: Value | None) -> Panels:
    found = "none" if call.counterexample is None else "below"
    rows = [("inputs tried", str(call.examples)), ("the smallest input that breaks the rule", found)]
    rows += [("step", step) for step in call.steps[:_ROWS]]
    yield "rows", rows + [("flaky", "the same input broke the rule, and then did not")] * call.flaky
    if call.counterexample is not None:
        yield from _panels(call.counterexample, None)


@_panels.register
def _(call: SampledTexts, _invoked: Value | None) -> Panels:
    yield "rows", [(label, text) for label, texts in call.texts.items() for text in texts[:_ROWS]]


@_panels.register
def _(call: CostProfile, _invoked: Value | None) -> Panels:
    yield (
        "rows",
        [
            (f"{one.tokens} tokens", f"{one.peak_bytes} bytes at the peak, {one.cpu_ns_per_token} ns per token")
            for one in call.costs
        ],
    )


@_panels.register
def _(call: Requests, _invoked: Value | None) -> Panels:
    yield from (("parameters", found) for found in of_requests(call))


def _moment(moment: Milestone, count: int) -> str:
    """The value of a milestone, which is a count or 1."""
    return f"after {count} chunks" if moment is Milestone.CONSUMER_LEFT else str(count) if moment in _COUNTS else "yes"


def _slot(slot: Reply) -> str:
    return slot.ended_with if slot.failed else slot.text or (slot.value.type if slot.value is not None else "nothing")
