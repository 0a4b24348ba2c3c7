"""Verdicts on snapshots: an observation that differs from its accepted text fails."""

from __future__ import annotations

from collections.abc import Callable

from llm_conformance.catalogue.catalogue import SNAPSHOTS, Snapshot
from llm_conformance.judge.judge import Judge
from llm_conformance.records import Events, Finding, Level, Status, Stream, Unavailable, Verdict
from llm_conformance.snapshots.render import difference, snapshot

_UNSTABLE = "the observation differs from call to call"


class Snapshots:
    """The verdicts on the snapshots of one subject.

    read: the accepted text, or None if there is none yet; raises OSError or UnicodeError if it cannot be read.
    display_path: the path of its file, for messages.
    """

    def __init__(
        self, judge: Judge, *, read: Callable[[Snapshot], str | None], display_path: Callable[[Snapshot], str]
    ) -> None:
        self._judge = judge
        self._read = read
        self._display_path = display_path

    def verdict(self, one: Snapshot) -> Verdict:
        """The verdict: whether the observation equals the accepted text."""
        try:
            accepted = self._read(one)
        except (OSError, UnicodeError) as error:
            return failed(one, f"a snapshot in {self._display_path(one)}", f"it cannot be read: {error}")
        if accepted is None:
            reason = "not accepted yet: --snapshot-update accepts the observation"
            return unavailable(one, Unavailable(Status.NOT_APPLICABLE, reason))
        actual = self._observed(one)
        if isinstance(actual, Unavailable) and actual.status is Status.NOT_APPLICABLE:
            return failed(one, f"the snapshot in {self._display_path(one)}", actual.reason)
        return unavailable(one, actual) if isinstance(actual, Unavailable) else self._compared(one, accepted, actual)

    def acceptable(self, one: Snapshot) -> str | Unavailable:
        """The text to accept; Unavailable if two observations differ."""
        actual = self._observed(one)
        return actual if isinstance(actual, Unavailable) else self._unstable(one, actual) or actual

    def _compared(self, one: Snapshot, accepted: str, actual: str) -> Verdict:
        if actual == accepted:
            return passed(one)
        missing = self._same_change(one) or self._judge.determinism.confirm() or self._unstable(one, actual)
        if missing is not None:
            return unavailable(one, missing)
        path = self._display_path(one)
        lines = difference(accepted, actual, path=path)
        return failed(one, f"the snapshot in {path}", "the observation differs", details="\n".join(lines))

    def _observed(self, one: Snapshot) -> str | Unavailable:
        observation = self._judge.observations.completed(one.scenario)
        if isinstance(observation, Unavailable):
            return observation
        return self._judge.determinism.initial() or self._text(one.scenario)

    def _unstable(self, one: Snapshot, actual: str) -> Unavailable | None:
        again = self._text(one.scenario, attempt=2)
        if isinstance(again, Unavailable) and again.status is Status.HARNESS_ERROR:
            return again
        return None if again == actual else Unavailable(Status.INCONCLUSIVE, _UNSTABLE)

    def _text(self, name: str, *, attempt: int = 1) -> str | Unavailable:
        observation = self._judge.observations.completed(name, attempt)
        if isinstance(observation, Unavailable):
            return observation
        if not isinstance(observation, Stream | Events):
            raise TypeError(f"{name!r}: a {type(observation).__name__} cannot be rendered as a snapshot")
        return snapshot(observation, self._judge.subject_info)

    def _same_change(self, one: Snapshot) -> Unavailable | None:
        for name in one.requires:
            earlier = self.verdict(SNAPSHOTS[name])
            if earlier.status is Status.FAILED:
                return Unavailable(Status.BLOCKED, f"by {name}")
            if earlier.status is Status.BLOCKED:
                return Unavailable(Status.BLOCKED, earlier.reason)
        return None


def passed(one: Snapshot, reason: str = "") -> Verdict:
    """The observation equals the accepted text; `reason` says if this run accepted it."""
    return Verdict(one.id, Level.MUST, "", Status.PASSED, reason)


def unavailable(one: Snapshot, missing: Unavailable) -> Verdict:
    """There is nothing to compare."""
    return Verdict(one.id, Level.MUST, "", missing.status, missing.reason, details=missing.details, needs=missing.needs)


def failed(one: Snapshot, expected: str, actual: str, details: str = "") -> Verdict:
    """The observation is not the accepted text; `details` are the lines of the difference."""
    findings = (Finding(expected, actual, code="snapshot-differs"),)
    return Verdict(one.id, Level.MUST, "", Status.FAILED, findings=findings, details=details)
