"""Findings on how a call ended: it raised or hung where it should return, or returned where it should raise."""

from __future__ import annotations

from llm_conformance.checks.hints import ERROR_HIDDEN, LOCK_HELD, SHARED_STATE, failure_hint
from llm_conformance.records import CallOutcome, Display, Finding


def call_failed(expected: Display, call: CallOutcome, *, where: str = "", during: str = "", hint: str = "") -> Finding:
    """The finding on a call that should return, with the code "raised", "hung" or "endless".

    during: what the call is a part of, where a check judges several calls; it precedes the code.
    """
    if call.hung is not None and hint == SHARED_STATE:
        hint = LOCK_HELD
    code = "raised" if call.raised is not None else "endless" if call.hung is not None and call.hung.endless else "hung"
    return Finding(
        expected,
        call.ended_with,
        code=f"{during}-{code}" if during else code,
        where=where,
        exception=call.raised.bases[0] if call.raised is not None else "",
        hint=failure_hint(call.raised) or hint,
    )


def not_raised(
    expected: str,
    call: CallOutcome,
    actual: Display = "ended without an exception",
    *,
    where: str = "",
    hint: str = ERROR_HIDDEN,
) -> Finding:
    """The finding on a call that should raise, with the code "not-raised", or "hung" if it did not end."""
    if call.hung is not None:
        return call_failed(expected, call, where=where)
    return Finding(expected, actual, code="not-raised", where=where, hint=hint)
