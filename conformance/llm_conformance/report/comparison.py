"""What changed between two runs: the verdicts of each subject, finding by finding, and the versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from llm_conformance.records import Level, Need, Status, Verdict
from llm_conformance.records.saved_run import SubjectRecord
from llm_conformance.report.lines import escape_line, wrap
from llm_conformance.report.text import CONCLUSIVE

_TOLERATED = {Status.EXPECTED, Status.INHERITED}
_LABEL = 16


class Direction(StrEnum):
    """What a change means.

    WORSE: a violation is new. MENDED: a violation is gone. OTHER: the same violations, with another status,
    or a new violation that is not scored.
    NOT_JUDGED: judged before, and not now. NOW_JUDGED: not in the earlier run at all, whatever it is now.
    """

    WORSE = "worse"
    MENDED = "mended"
    OTHER = "changed"
    NOT_JUDGED = "no longer judged"
    NOW_JUDGED = "not judged before"


_TOGETHER = {Direction.NOT_JUDGED, Direction.NOW_JUDGED}


@dataclass(frozen=True, slots=True)
class Change:
    """One check with another verdict, or with findings of other codes."""

    check: str
    level: Level
    direction: Direction
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed of one subject. old, new: None if that run does not have it."""

    spec: str
    old: SubjectRecord | None
    new: SubjectRecord | None
    changes: tuple[Change, ...]

    @property
    def worse(self) -> bool:
        """Whether a MUST or a SHOULD is newly violated, or nothing shows that none is."""
        if self.new is None:
            return True
        return any(one.direction is Direction.WORSE and one.level is not Level.MAY for one in self.changes)

    def lines(self, width: int | None) -> list[str]:
        """The subject with a count, then versions and changes."""
        lines = [f"{escape_line(self.spec)}: {self._summary()}"]
        for name, words in self._facts():
            lines += _labelled(name, words, width)
        for direction, words in self._changes():
            lines += _labelled(direction, words, width)
        return lines

    def _changes(self) -> Iterator[tuple[Direction, str]]:
        """Each violation on a line of its own; the checks that are judged in one run alone together."""
        for direction in Direction:
            grouped: dict[str, list[str]] = {}
            for one in self.changes:
                if one.direction is not direction:
                    continue
                if direction in _TOGETHER:
                    grouped.setdefault(one.words, []).append(one.check)
                else:
                    yield direction, f"{one.level.upper()} {one.check}: {one.words}"
            yield from ((direction, f"{words}: {', '.join(checks)}") for words, checks in grouped.items())

    def _summary(self) -> str:
        if self.new is None:
            return "gone"
        if self.old is None:
            return "new"
        counts = ((sum(one.direction is direction for one in self.changes), direction) for direction in Direction)
        return ", ".join(f"{count} {direction}" for count, direction in counts if count) or "no difference"

    def _facts(self) -> Iterator[tuple[str, str]]:
        if self.old is None or self.new is None:
            return
        before, now = self.old.subject_info, self.new.subject_info
        yield from (("versions", words) for words in _versions(before.versions, now.versions))
        for name in ("control", "kind"):
            if getattr(before, name) != getattr(now, name):
                yield name, f"{getattr(before, name)} -> {getattr(now, name)}"
        if self.old.partial != self.new.partial:
            yield "extent", f"{self.old.partial or 'all checks'} -> {self.new.partial or 'all checks'}"


def compare(old: Sequence[SubjectRecord], new: Sequence[SubjectRecord]) -> list[Difference]:
    """The differences by subject, in the order of the new run; those that are gone come last.

    A subject that a run has several times, such as with two wire formats, is compared in their order.
    """
    before, now = dict(_numbered(old)), dict(_numbered(new))
    found = [_difference(name, before.get(name), record) for name, record in now.items()]
    return [*found, *(_difference(name, record, None) for name, record in before.items() if name not in now)]


def _numbered(records: Iterable[SubjectRecord]) -> Iterator[tuple[str, SubjectRecord]]:
    counts: dict[str, int] = {}
    for record in records:
        spec = record.subject_info.spec
        counts[spec] = counts.get(spec, 0) + 1
        yield (spec if counts[spec] == 1 else f"{spec} ({counts[spec]})"), record


def _difference(spec: str, old: SubjectRecord | None, new: SubjectRecord | None) -> Difference:
    before, now = (one.verdicts if one is not None else {} for one in (old, new))
    both = old is not None and new is not None
    changes = [_change(before.get(name), now.get(name)) for name in dict.fromkeys((*now, *before))] if both else []
    return Difference(spec, old, new, tuple(one for one in changes if one is not None))


def _change(old: Verdict | None, new: Verdict | None) -> Change | None:
    """The change of one check; None if there is none."""
    known = new or old
    if known is None:
        return None
    if new is None:
        direction = Direction.NOT_JUDGED if old is not None and old.status in CONCLUSIVE else None
    elif old is None:
        direction = Direction.NOW_JUDGED if new.status in CONCLUSIVE else None
    else:
        direction = _direction(old, new)
    if direction is None:
        return None
    return Change(known.check, known.level, direction, f"{_in_words(old)} -> {_in_words(new)}")


def _direction(old: Verdict, new: Verdict) -> Direction | None:
    found: Direction | None = None
    if _violates_more(old, new):
        # A check that is newer than the run says nothing of what became of the model.
        newer = old.needs == Need.NEW_RUN
        shown_only = Direction.NOW_JUDGED if newer else Direction.OTHER
        found = shown_only if newer or new.not_scored else Direction.WORSE
    elif old.status in CONCLUSIVE and new.status not in CONCLUSIVE:
        found = Direction.NOT_JUDGED
    elif _violates(old) and (not _violates(new) or _codes(old) - _codes(new)):
        found = Direction.MENDED
    elif new.status in CONCLUSIVE and old.status not in CONCLUSIVE:
        found = Direction.NOW_JUDGED
    elif new.status is not old.status and new.status in {*CONCLUSIVE, Status.HARNESS_ERROR}:
        found = Direction.OTHER
    return found


def _violates_more(old: Verdict, new: Verdict) -> bool:
    if not _violates(new):
        return False
    failed = new.status is Status.FAILED and old.status in _TOLERATED
    return failed or not _violates(old) or bool(_codes(new) - _codes(old))


def _violates(verdict: Verdict) -> bool:
    """Whether the rule is broken; a declaration is also stale if it is kept."""
    return verdict.status in {Status.FAILED, *_TOLERATED} or (verdict.status is Status.STALE and bool(verdict.findings))


def _codes(verdict: Verdict) -> set[str]:
    return {one.code for one in verdict.findings}


def _in_words(verdict: Verdict | None) -> str:
    if verdict is None:
        return "no verdict"
    facts = [*dict.fromkeys(one.code for one in verdict.findings), *["not scored"] * bool(verdict.not_scored)]
    return f"{verdict.status} ({escape_line(', '.join(facts))})" if facts else verdict.status.value


def _versions(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield escape_line(f"{name} {old.get(name, 'none')} -> {new.get(name, 'none')}")


def _labelled(label: str, words: str, width: int | None) -> list[str]:
    head = f"  {label:<{_LABEL}} "
    return wrap(head + words, width, " " * len(head))
