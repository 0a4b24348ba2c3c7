"""A version of `astream_events()` that does not exist."""

from __future__ import annotations

from llm_conformance.checks.events import sequence
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import Events, Finding, Findings


@check("events.unknown-version", SHOULD, clause="EVENT-020")
def an_unknown_version_raises(events_v99: Events) -> Findings:
    """`astream_events(version="v99")` raises, at the first iteration at the latest."""
    if events_v99.raised is None:
        yield Finding("NotImplementedError for version 'v99'", sequence(events_v99.events), code="not-raised")
