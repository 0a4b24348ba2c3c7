"""From what is seen, and what was accepted of it, to a verdict: a difference fails, because somebody asked for that."""

from __future__ import annotations

from collections.abc import Callable

from llm_conformance.catalogue.catalogue import SNAPSHOTS, Snapshot
from llm_conformance.judge.judge import AGAIN, Judge
from llm_conformance.records import Events, Finding, Level, Missing, Stream, Verdict, Status
from llm_conformance.snapshots.render import difference, snapshot

_WAVERS = "it is seen otherwise each time"


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
            return said(one, Missing(Status.NOT_APPLICABLE, reason))
        seen = self._seen(one)
        if isinstance(seen, Missing) and seen.word is Status.NOT_APPLICABLE:
            return failed(one, f"what is accepted in {self._named(one)}", seen.reason)
        return said(one, seen) if isinstance(seen, Missing) else self._compared(one, accepted, seen)

    def acceptable(self, one: Snapshot) -> str | Missing:
        """What may be accepted: it is seen the same when it is looked at twice."""
        seen = self._seen(one)
        return seen if isinstance(seen, Missing) else self._wavers(one, seen) or seen

    def _compared(self, one: Snapshot, accepted: str, seen: str) -> Verdict:
        if seen == accepted:
            return passed(one)
        doubt = self._same_change(one) or self._judge.doubts.before_accusing() or self._wavers(one, seen)
        if doubt is not None:
            return said(one, doubt)
        lines = difference(accepted, seen, named=self._named(one))
        return failed(one, f"what is accepted in {self._named(one)}", "it differs", details="\n".join(lines))

    def _seen(self, one: Snapshot) -> str | Missing:
        observation = self._judge.whole(one.scenario)
        if isinstance(observation, Missing):
            return observation
        return self._judge.doubts.at_first() or self._text(one.scenario)

    def _wavers(self, one: Snapshot, seen: str) -> Missing | None:
        again = self._text(one.scenario + AGAIN)
        if isinstance(again, Missing) and again.word is Status.HARNESS_ERROR:
            return again
        return None if again == seen else Missing(Status.NOT_TESTABLE, _WAVERS)

    def _text(self, name: str) -> str | Missing:
        observation = self._judge.whole(name)
        if isinstance(observation, Missing):
            return observation
        if not isinstance(observation, Stream | Events):
            raise TypeError(f"no snapshot can be made of {name!r}, which is a {type(observation).__name__}")
        return snapshot(observation, self._judge.about)

    def _same_change(self, one: Snapshot) -> Missing | None:
        for name in one.after:
            earlier = self.verdict(SNAPSHOTS[name])
            if earlier.status is Status.FAILED:
                return Missing(Status.BLOCKED, f"by {name}")
            if earlier.status is Status.BLOCKED:
                return Missing(Status.BLOCKED, earlier.reason)
        return None


def passed(one: Snapshot, reason: str = "") -> Verdict:
    """What is seen is what was accepted, perhaps in this very run."""
    return Verdict(one.id, Level.MUST, "", Status.PASSED, reason)


def said(one: Snapshot, missing: Missing) -> Verdict:
    """Why there is nothing to compare."""
    return Verdict(one.id, Level.MUST, "", missing.word, missing.reason, details=missing.details)


def failed(one: Snapshot, expected: str, seen: str, details: str = "") -> Verdict:
    """What is seen is not what was accepted; `details` are the lines in which they differ."""
    findings = (Finding(expected, seen),)
    return Verdict(one.id, Level.MUST, "", Status.FAILED, findings=findings, details=details)
