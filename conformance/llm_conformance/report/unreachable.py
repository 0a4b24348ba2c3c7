"""The checks that nothing can be said of, because a tolerated deviation leaves nothing to judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llm_conformance.judge.gate import Gate
from llm_conformance.records import Status, Verdict, matches_any

_TOLERATED = {Status.EXPECTED, Status.INHERITED}


def unreachable(verdicts: Iterable[Verdict], gate: str) -> dict[str, list[str]]:
    """The blocked checks whose level fails the run, by the check whose tolerated failure blocks them.

    Left out are those that the declaration accepts, and those that were judged and show the same defect.
    """
    by_check = {verdict.check: verdict for verdict in verdicts if not verdict.not_scored}
    levels = Gate.parse(gate).levels
    found: dict[str, list[str]] = {}
    for verdict in by_check.values():
        if verdict.status is not Status.BLOCKED or verdict.same_defect or verdict.level not in levels:
            continue
        root = _root(verdict, by_check)
        if root is not None and root.status in _TOLERATED and not matches_any(verdict.check, root.accepted):
            found.setdefault(root.check, []).append(verdict.check)
    return found


def unreachable_lines(verdicts: Iterable[Verdict], gate: str) -> list[str]:
    """The unreachable checks, and how a project accepts them; empty if there are none."""
    found = unreachable(verdicts, gate)
    if not found:
        return []
    checks = _number(sum(map(len, found.values())), "check")
    deviations = _number(len(found), "declared or inherited deviation")
    return [
        f"{checks} unreachable behind {deviations}, so the run fails;",
        "  `unreachable` in a declaration of the deviation accepts them:",
        *(f"  {name}: {', '.join(names)}" for name, names in found.items()),
    ]


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def _root(verdict: Verdict, by_check: Mapping[str, Verdict]) -> Verdict | None:
    """The verdict at the beginning of a chain of blocked checks; None if it is not known."""
    seen: set[str] = set()
    while verdict.status is Status.BLOCKED:
        if verdict.blocked_by in seen or verdict.blocked_by not in by_check:
            return None
        seen.add(verdict.blocked_by)
        verdict = by_check[verdict.blocked_by]
    return verdict
