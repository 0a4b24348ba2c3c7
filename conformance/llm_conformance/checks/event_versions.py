"""The versions of the events beside v1 and v2: one that does not exist, and one that is in beta."""

from llm_conformance.checks.events import sequence
from llm_conformance.checks.registry import MAY, SHOULD, check
from llm_conformance.records import Events, Finding, Findings, Kind


@check("events.unknown-version", SHOULD, clause="EVENT-020")
def an_unknown_version_is_refused(events_v99: Events) -> Findings:
    """An unknown version raises, at the first iteration at the latest."""
    if events_v99.raised is None:
        yield Finding(expected="NotImplementedError for version 'v99'", actual=sequence(events_v99.events))


@check("events.v3", MAY, clause="V3-001", kinds=(Kind.CHAT,))
def v3_is_a_typed_stream(events_v3: Events) -> Findings:
    """astream_events() of version v3 returns an awaitable of a stream of typed events, the start of a message first."""
    if events_v3.raised is not None or events_v3.hung is not None:
        yield Finding(expected="a stream of typed events", actual=events_v3.ended_with)
    elif not events_v3.needed_await:
        yield Finding(expected="an awaitable of a stream", actual=f"an object of type {events_v3.returned_type}")
    elif not events_v3.events or events_v3.events[0].event != "message-start":
        yield Finding(expected="message-start as the first event", actual=sequence(events_v3.events))
