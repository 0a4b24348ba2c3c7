"""Versions of `astream_events()` other than v1 and v2: one that does not exist, and v3, which is in beta."""

from __future__ import annotations

from llm_conformance.checks.events import sequence
from llm_conformance.checks.failures import call_failed
from llm_conformance.checks.registry import MAY, SHOULD, check
from llm_conformance.records import Events, Finding, Findings, Kind


@check("events.unknown-version", SHOULD, clause="EVENT-020")
def an_unknown_version_raises(events_v99: Events) -> Findings:
    """`astream_events(version="v99")` raises, at the first iteration at the latest."""
    if events_v99.raised is None:
        yield Finding("NotImplementedError for version 'v99'", sequence(events_v99.events), code="not-raised")


@check("events.v3", MAY, clause="V3-001", for_each=("events_v3",), kinds=(Kind.CHAT,))
def v3_is_an_awaitable_of_typed_events(events_v3: Events) -> Findings:
    """`astream_events(version="v3")` returns an awaitable of a typed stream that begins with `message-start`."""
    if events_v3.raised is not None or events_v3.hung is not None:
        yield call_failed("yields typed events", events_v3)
    elif not events_v3.needed_await:
        actual = f"an object of type {events_v3.returned_type}"
        yield Finding("an awaitable of a stream", actual, code="not-awaitable")
    elif not events_v3.events or events_v3.events[0].event != "message-start":
        yield Finding("message-start as the first event", sequence(events_v3.events), code="no-message-start")
