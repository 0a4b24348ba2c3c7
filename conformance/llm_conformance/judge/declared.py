"""Applies a declared deviation to a verdict; a declaration that does not match the verdict is *stale*, which fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from llm_conformance.records import Deviation, DeviationMode, Status, Verdict


def apply_deviation(deviation: Deviation, verdict: Verdict, how_often: Callable[[], str]) -> Verdict:
    """The verdict in the light of the declaration.

    how_often: in how many of several tries the check finds something, in words; asked only where it matters.
    """
    flaky = deviation.mode is DeviationMode.FLAKY
    if verdict.status is Status.PASSED and not flaky:
        return _stale(verdict, "it is declared as a deviation, and passes: remove the declaration")
    if verdict.status is not Status.FAILED:
        return verdict
    if deviation.expired:
        return _stale(verdict, f"the declaration expired on {deviation.expired}")
    if unlike := deviation.unlike(verdict.findings):
        return _stale(verdict, f"it fails otherwise than declared: {unlike}")
    reason = f"{deviation.reason_with_link}; {how_often()}" if flaky else deviation.reason_with_link
    return replace(verdict, status=Status.EXPECTED, reason=reason)


def is_skipped(deviation: Deviation) -> bool:
    """Whether the check is not even tried: its model would hang."""
    return deviation.mode is DeviationMode.HANGS and not deviation.expired


def _stale(verdict: Verdict, reason: str) -> Verdict:
    return replace(verdict, status=Status.STALE, reason=reason)
