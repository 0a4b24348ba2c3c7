"""What one subject has replaced of the code that everybody calls: it is in force for this subject alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from llm_conformance.driver.descriptors import KEPT_OPEN
from llm_conformance.driver.module_graph import maker_of, used_by
from llm_conformance.driver.process_exit import GUARDED
from llm_conformance.driver.resource_limits import KEPT_HIGH
from llm_conformance.driver.shared_code import OURS, SHARED, Change, SharedCode, changes_of

_MOST_NAMES = 3
_OF_HARNESS = {*GUARDED, *KEPT_OPEN, *KEPT_HIGH}
# The observations after which the code is compared, beside every 64th: a model replaces it in its first ones.
_LOOKS = {1, 4, 16}
_EVERY = 64


class ReplacedCode:
    """What one subject has replaced. It is in force while the subject is called, and others have what was there.

    To compare all code takes a quarter of a millisecond, or half with that of the harness. So that is done after the
    first observations, and then more rarely; after an error of the harness; and when another subject takes its turn.

    changes: what it has replaced until now, in this order. module: its own.
    """

    _owner: ReplacedCode | None = None

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.module = ""
        # Whether what it replaces may come from a module.
        self._makers: dict[str, bool] = {}
        self._observations = 0
        self._changed = False

    @property
    def owns(self) -> bool:
        """Whether no other subject was called, and nothing else took its turn, since it was called the last time."""
        return ReplacedCode._owner is self

    def make(self) -> None:
        """The subject is called from here on."""
        if not self.owns:
            if ReplacedCode._owner is not None:
                ReplacedCode._owner.leave()
            SHARED.look()
            OURS.look()
            ReplacedCode._owner = self
        for change in self.changes:
            change.make()

    def add(self, where: str, namespace: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
        """Keep what it has replaced in a module that is as before again."""
        self.changes += [one for one in changes_of(namespace, where, after, before) if self._is_mine(one)]

    def undo(self, *, look: bool) -> None:
        """It is not called any more for now. look: whether the code is compared now, however rarely it is otherwise."""
        for change in reversed(self.changes):
            change.undo()
        self._observations += 1
        if look or self._changed or self._observations in _LOOKS or not self._observations % _EVERY:
            self._find(SHARED, *([OURS] if look or self._changed else []))

    def forgotten(self) -> str:
        """What it has replaced, in words, and is not in force any more; empty if there is nothing."""
        changes, self.changes = self.changes, []
        return named(changes)

    def leave(self) -> None:
        """Others are called from here on."""
        if self.owns:
            ReplacedCode._owner = None
            self._find(SHARED, OURS)

    def _is_mine(self, change: Change) -> bool:
        # The harness replaces these itself, and puts them back.
        if isinstance(change.holder, dict) and change.name in _OF_HARNESS:
            return False
        # A fixture, or a plugin of pytest, may replace something between two observations.
        maker = maker_of(change.value)
        if maker not in self._makers:
            self._makers[maker] = not (maker and self.module) or maker in used_by(self.module)
        return self._makers[maker]

    def _find(self, *parts: SharedCode) -> None:
        found = [change for part in parts for change in part.undone(self._is_mine)]
        self._changed = bool(found)
        self.changes += found


def named(changes: Iterable[Change]) -> str:
    """The names of what was replaced, the first three of them."""
    names = [*dict.fromkeys(one.text for one in changes)]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
