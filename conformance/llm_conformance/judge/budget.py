"""A run that may not ask for everything: what it asks for first, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable

from llm_conformance.checks.registry import Check
from llm_conformance.records import Level, Need, Verdict


def by_importance(checks: Iterable[Check]) -> list[Check]:
    """The checks of level MUST first; within a level the order stays, the simplest first."""
    return sorted(checks, key=lambda check: list(Level).index(check.level))


def left_out(verdicts: Iterable[Verdict]) -> str:
    """How many checks the budget leaves out, by level; empty if it leaves out none."""
    levels = [one.level for one in verdicts if one.needs == Need.BUDGET]
    counts = [f"{levels.count(level)} {level.upper()}" for level in Level if level in levels]
    return f"{', '.join(counts)} left out for the budget" if counts else ""
