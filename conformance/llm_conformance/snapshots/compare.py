"""From what is seen, and what was accepted of it, to a verdict: a difference fails, because somebody asked for that."""

from __future__ import annotations

from collections.abc import Callable

from llm_conformance.catalogue.catalogue import SNAPSHOTS, Snapshot
from llm_conformance.judge.judge import AGAIN, Judge
from llm_conformance.records import Events, Finding, Level, Status, Stream, Unavailable, Verdict
from llm_conformance.snapshots.render import difference, snapshot

_UNSTABLE = "it is seen otherwise each time"


class Snapshots:
    """The verdicts on the snapshots of one subject.

    read: the accepted text, or None where there is none; OSError or UnicodeError where it cannot be read.
    named: where it stands, as people are told.
    """

    def __init__(
        self, judge: Judge, *, read: Callable[[Snapshot], str | None], named: Callable[[Snapshot], str]
    ) -> None:
        self._judge = judge
        self._read = read
        self._named = named

    def verdict(self, one: Snapshot) -> Verdict:
        """Whether what is seen is what was accepted."""
        try:
            accepted = self._read(one)
        except (OSError, UnicodeError) as error:
            return failed(one, f"a snapshot in {self._named(one)}", f"it cannot be read: {error}")
        if accepted is None:
            reason = "not accepted yet: --snapshot-update accepts what was seen"
            return unavailable(one, Unavailable(Status.NOT_APPLICABLE, reason))
        seen = self._observed(one)
        if isinstance(seen, Unavailable) and seen.status is Status.NOT_APPLICABLE:
            return failed(one, f"what is accepted in {self._named(one)}", seen.reason)
        return unavailable(one, seen) if isinstance(seen, Unavailable) else self._compared(one, accepted, seen)

    def acceptable(self, one: Snapshot) -> str | Unavailable:
        """What may be accepted: it is seen the same when it is looked at twice."""
        seen = self._observed(one)
        return seen if isinstance(seen, Unavailable) else self._unstable(one, seen) or seen

    def _compared(self, one: Snapshot, accepted: str, seen: str) -> Verdict:
        if seen == accepted:
            return passed(one)
        doubt = self._same_change(one) or self._judge.determinism.confirm() or self._unstable(one, seen)
        if doubt is not None:
            return unavailable(one, doubt)
        lines = difference(accepted, seen, named=self._named(one))
        return failed(one, f"what is accepted in {self._named(one)}", "it differs", details="\n".join(lines))

    def _observed(self, one: Snapshot) -> str | Unavailable:
        observation = self._judge.completed(one.scenario)
        if isinstance(observation, Unavailable):
            return observation
        return self._judge.determinism.initial() or self._text(one.scenario)

    def _unstable(self, one: Snapshot, seen: str) -> Unavailable | None:
        again = self._text(one.scenario + AGAIN)
        if isinstance(again, Unavailable) and again.status is Status.HARNESS_ERROR:
            return again
        return None if again == seen else Unavailable(Status.NOT_TESTABLE, _UNSTABLE)

    def _text(self, name: str) -> str | Unavailable:
        observation = self._judge.completed(name)
        if isinstance(observation, Unavailable):
            return observation
        if not isinstance(observation, Stream | Events):
            raise TypeError(f"no snapshot can be made of {name!r}, which is a {type(observation).__name__}")
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
    """What is seen is what was accepted, perhaps in this very run."""
    return Verdict(one.id, Level.MUST, "", Status.PASSED, reason)


def unavailable(one: Snapshot, missing: Unavailable) -> Verdict:
    """Why there is nothing to compare."""
    return Verdict(one.id, Level.MUST, "", missing.status, missing.reason, details=missing.details)


def failed(one: Snapshot, expected: str, seen: str, details: str = "") -> Verdict:
    """What is seen is not what was accepted; `details` are the lines in which they differ."""
    findings = (Finding(expected, seen),)
    return Verdict(one.id, Level.MUST, "", Status.FAILED, findings=findings, details=details)
