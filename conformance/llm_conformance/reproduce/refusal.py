"""Why a finding cannot be exported."""

from __future__ import annotations

from collections.abc import Mapping

from llm_conformance.checks.registry import Check
from llm_conformance.records import Finding

_TIME = "it compares times, which another machine does not repeat"
_STEPS = "it takes the random steps of a search"
_MEASURED = "it measures what an answer costs, for which a script would need this harness"
_REQUEST = "it compares requests field by field"
_CLOCK = "it puts the clock of the event loop forward, for which a script would need this harness"
_WHY: Mapping[str, str] = {
    "live.stream-timing": _TIME,
    "live.events-timing": _TIME,
    "loop.not-blocked-timing": _TIME,
    "concurrency.any-order": _STEPS,
    "any-text.cut": _STEPS,
    "stream.flat-memory": _MEASURED,
    "stream.flat-time": _MEASURED,
    "events-v3.flat-memory": _MEASURED,
    "stream.paused-consumer": _CLOCK,
    "wire.same-request": _REQUEST,
    "wire.same-tools": _REQUEST,
    "wire.same-conversation": _REQUEST,
    "wire.no-leftover-arguments": _REQUEST,
}


class NotExportedError(ValueError):
    """The finding cannot be exported; the message says why, in one line."""


def refusal(check: Check, why: str) -> NotExportedError:
    """The refusal of a finding of this check."""
    return NotExportedError(f"{check.id}: cannot be exported: {why}; attach the saved run and its HTML report instead")


def no_recipe(check: Check, finding: Finding) -> NotExportedError:
    """The refusal of a finding for which no script is known."""
    return refusal(check, _WHY.get(check.family, f"no script is known for its finding {finding.code!r}"))
