"""A model that fails while a stream of version v3 is read: every way to read it raises."""

from __future__ import annotations

from llm_conformance.checks.calls import CHAT
from llm_conformance.checks.failures import not_raised
from llm_conformance.checks.registry import SHOULD, check
from llm_conformance.records import ControlledOutcomes, Finding, Findings, V3Event

_ENDS = "the hook goes on behind its `error` event: return after it, or raise the exception in its place"


@check("events-v3.errors", SHOULD, clause="V3-011", for_each=("v3_failing[*]", "v3_broken_off[*]"), kinds=CHAT)
def every_projection_raises_when_the_model_fails(outcomes: ControlledOutcomes) -> Findings:
    """If the model fails, the events raise, and so does each projection; nothing comes after the error."""
    for name, outcome in outcomes.by_label.items():
        late = next((V3Event(chunk) for chunk in outcome.chunks if chunk.base == "dict"), None)
        if outcome.raised is None:
            yield not_raised("raises an exception", outcome, where=name)
        elif (outcome.after_end or "").startswith("returned"):
            actual = outcome.after_end or ""
            yield Finding("nothing after the exception", actual, code="goes-on-after-error", where=name)
        elif late is not None and "events" in name:
            actual = f"{late.summary} after its `error` event"
            yield Finding("nothing after the exception", actual, code="goes-on-after-error", where=name, hint=_ENDS)
