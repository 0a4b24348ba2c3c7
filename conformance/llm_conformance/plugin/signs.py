"""The sign that each verdict has in pytest's progress, and its name in pytest's last line."""

from __future__ import annotations

from collections.abc import Iterable

from llm_conformance.records import Level, Status, Verdict
from llm_conformance.report.text import fails_run

_SIGNS = {
    Status.EXPECTED: "e",
    Status.INHERITED: "i",
    Status.BLOCKED: "b",
    Status.INCONCLUSIVE: "~",
    Status.NOT_TESTABLE: "?",
    Status.NOT_APPLICABLE: "-",
}


def category(status: Status, level: Level) -> tuple[str, str, str] | None:
    """The name in pytest's last line, the sign and the word of a verdict that does not fail the run.

    None for a verdict that pytest itself calls passed.
    """
    if status is Status.FAILED:
        return f"{level.upper()} failed (does not gate)", level.upper()[0], f"{level.upper()} FAILED"
    return (status.value, _SIGNS[status], status.upper()) if status in _SIGNS else None


# In the order in which pytest's last line counts them.
CATEGORIES = (
    *(f"{level.upper()} failed (does not gate)" for level in (Level.SHOULD, Level.MAY)),
    *(status.value for status in _SIGNS),
)


def legend(verdicts: Iterable[Verdict], gate: str) -> str:
    """The meaning of the signs that occurred, in one line; empty if those were pytest's own."""
    found = {}
    for one in verdicts:
        known = None if fails_run(one, gate) else category(one.status, one.level)
        if known is not None:
            found[known[0]] = f"{known[1]} {known[0]}"
    return "  ".join(found[name] for name in CATEGORIES if name in found)
