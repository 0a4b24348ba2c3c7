"""What modules have replaced while they were imported: it is in force for every subject that uses one of them.

A module is imported once, so it replaces nothing again when a second subject imports it.
"""

from __future__ import annotations

from collections.abc import Iterable

from llm_conformance.driver.module_graph import maker_of, used_by
from llm_conformance.driver.shared_code import Change

# The module that has replaced something, and what.
_MADE: list[tuple[str, Change]] = []


def note_changes(module: str, changes: Iterable[Change]) -> None:
    """Remember what was replaced while this module, and others with it, were imported."""
    _MADE.extend((maker_of(change.value) or module, change) for change in changes)


def changes_for(module: str) -> list[Change]:
    """What earlier imports have replaced of which this module makes use."""
    if not _MADE:
        return []
    used = used_by(module)
    return [change for maker, change in _MADE if maker in used]
