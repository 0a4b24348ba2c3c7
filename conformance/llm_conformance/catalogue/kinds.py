"""Which checks judge which kind of subject, and the control that they need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.checks.registry import Check
from llm_conformance.records import Control, Kind

_COLUMNS = ((Kind.LLM, "string model"), (Kind.CHAT, "chat model"), (Kind.CHAIN, "chain"))


def needed_control(check: Check) -> tuple[Control, bool]:
    """The control that the check needs, and whether pausing the hooks of a class is enough for it."""
    observed = [SCENARIOS[name] for name in (*check.for_each, *check.observations)]
    order = list(Control).index
    needed = max(check.control, min((one.control for one in observed), key=order), key=order)
    return needed, check.control is Control.BLACKBOX and any(one.hookable for one in observed)


def kinds_table() -> Iterator[str]:
    """A Markdown table: for each group of checks how many judge each kind of subject, by the control that they need."""
    yield f"| group | {' | '.join(title for _, title in _COLUMNS)} |"
    yield "|---" * (len(_COLUMNS) + 1) + "|"
    for group in dict.fromkeys(check.group for check in CHECKS.values()):
        members = [check for check in CHECKS.values() if check.group == group]
        cells = (_cell(check for check in members if kind in check.kinds) for kind, _ in _COLUMNS)
        yield f"| `{group}` | {' | '.join(cells)} |"


def _cell(checks: Iterator[Check]) -> str:
    counted = Counter(_control(check) for check in checks)
    return (
        ", ".join(f"{counted[name]} {name}" for name in ("black box", "hooks", "script", "wire") if counted[name])
        or "-"
    )


def _control(check: Check) -> str:
    control, hookable = needed_control(check)
    if control is Control.SCRIPT and hookable:
        return "hooks"
    return "black box" if control is Control.BLACKBOX else control.value
