"""How a verdict, and a group of verdicts, look on the page: a sign and words, so that color is never needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from llm_conformance.records import Level, Status, Verdict
from llm_conformance.report.text import fails_run


class Sign(NamedTuple):
    """One outcome. code: its letter in the data of the page. style: its class in the style sheet. rank: 0 is worst."""

    code: str
    glyph: str
    words: str
    style: str
    rank: int

    @property
    def is_finding(self) -> bool:
        """Whether the verdict has something to show; an exception of the harness does, too."""
        return self.style not in {"passed", "open", "none"}


_FAILED = {
    Level.MUST: Sign("F", "✕", "MUST failed", "must", 1),
    Level.SHOULD: Sign("S", "▲", "SHOULD failed", "should", 4),
    Level.MAY: Sign("M", "△", "MAY failed", "may", 5),
}
# A gate such as `fit:pipeline` is failed by more than every MUST.
_FAILS_RUN = Sign("g", "!", "SHOULD failed, fails the run", "must", 3)
_SIGNS = {
    Status.HARNESS_ERROR: Sign("x", "‼", "harness error", "error", 0),
    Status.STALE: Sign("s", "↻", "stale declaration", "must", 2),
    Status.EXPECTED: Sign("e", "◆", "fails as declared", "declared", 7),
    Status.INHERITED: Sign("h", "◇", "inherited from langchain-core", "declared", 8),
    Status.PASSED: Sign("p", "✓", "passed", "passed", 9),
    Status.BLOCKED: Sign("b", "⊘", "blocked", "open", 10),
    Status.INCONCLUSIVE: Sign("i", "~", "inconclusive", "open", 11),
    Status.NOT_TESTABLE: Sign("t", "?", "not testable", "open", 12),
    Status.NOT_APPLICABLE: Sign("n", "-", "not applicable", "none", 13),
}
# A check that is newer than the requirement set of the run fails nothing.
_NOT_SCORED = Sign("u", "▽", "failed, not scored", "may", 6)
ALL = tuple(sorted((*_FAILED.values(), _FAILS_RUN, *_SIGNS.values(), _NOT_SCORED), key=lambda sign: sign.rank))
NO_VERDICT = "."
_NOT_JUDGED = {"b", "i", "t"}


class Cell(NamedTuple):
    """One subject and group. sign: the worst of the group. number: how many have it. open: how many are not judged."""

    sign: Sign
    number: int
    open: int
    words: str


def sign_of(verdict: Verdict, gate: str) -> Sign:
    """The sign of one verdict in a run with this gate."""
    if verdict.not_scored and verdict.status in {Status.FAILED, Status.STALE}:
        return _NOT_SCORED
    if verdict.status is not Status.FAILED:
        return _SIGNS[verdict.status]
    return _FAILS_RUN if verdict.level is Level.SHOULD and fails_run(verdict, gate) else _FAILED[verdict.level]


def cell_of(verdicts: Iterable[Verdict], gate: str) -> Cell | None:
    """The cell of the verdicts of one group in a run with this gate; None without any."""
    signs = [sign_of(one, gate) for one in verdicts]
    if not signs:
        return None
    worst = min(signs, key=lambda sign: sign.rank)
    left = sum(sign.code in _NOT_JUDGED for sign in signs) if worst.code not in _NOT_JUDGED else 0
    return Cell(worst, signs.count(worst), left, counted(signs))


def counted(signs: Sequence[Sign]) -> str:
    """How many of each, in words, the worst first."""
    found = ((signs.count(sign), sign) for sign in ALL)
    return ", ".join(f"{count} {sign.words}" for count, sign in found if count)
