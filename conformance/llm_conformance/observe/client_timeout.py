"""A client's own timeout: while the harness holds an answer back, it shows nothing of the model."""

from __future__ import annotations

from llm_conformance.records import Raised

# Seconds in which the process could run. A chunk that is on its way arrives in a fraction of that.
ENOUGH = 1.0


def is_timeout(raised: Raised | None) -> bool:
    """Whether a timeout ended the call."""
    return raised is not None and raised.is_timeout
