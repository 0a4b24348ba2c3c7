"""How pytest-xdist distributes the items: the checks of a subject together, everything else as usual."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from llm_conformance.plugin import SUITE_ARG
from llm_conformance.plugin.results import BESIDE


class SubjectScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Groups the items of a subject. Each test of the user is a group by itself.

    divided: the subjects whose wire checks are a group of their own, where there are more workers than groups. With
        them are the checks of two other groups, so that both workers take about as long. They make calls of their own;
        of what they build on, the first calls are made on both workers. A subject without wire checks is not divided.
    """

    def __init__(self, config: pytest.Config, log: Any, *, divided: Collection[str] = ()) -> None:
        super().__init__(config, log)
        self._divided = divided if len(divided) < self.numnodes else ()
        self._on_wire: set[str] = set()

    def schedule(self) -> None:
        """Distribute the items."""
        items = next(iter(self.registered_collections.values()), ())
        self._on_wire = {_subject_of(item) for item in items if _group_of(item) == "wire"}
        super().schedule()

    def remove_node(self, node: Any) -> str | None:
        """Forget a worker; the item in which it died, if it died in one.

        The base class would give all groups of the worker to the next. Of a finished group that worker reports nothing,
        so the run would wait for ever; and in the item in which the worker died, the next one would die, too. The other
        checks of a model that ends its process need the same calls, and are dropped.
        """
        work: Mapping[str, dict[str, bool]] = self.assigned_work.pop(node)
        crashed = next((item for items in work.values() for item, done in items.items() if not done), None)
        if crashed is None:
            return None
        for scope, items in work.items():
            left = {item: done for item, done in items.items() if not done and item != crashed}
            if left and not (_subject_of(crashed) and _subject_of(crashed) == _subject_of(scope)):
                self.workqueue[scope] = left
        for other in self.nodes:
            self._reschedule(other)
        return crashed

    def _split_scope(self, nodeid: str) -> str:
        subject = _subject_of(nodeid)
        if subject in self._divided and subject in self._on_wire and _group_of(nodeid) in BESIDE:
            return f"{SUITE_ARG}::{subject}::wire"
        return f"{SUITE_ARG}::{subject}" if subject else nodeid


def _subject_of(nodeid: str) -> str:
    """The subject of an item or a group; empty for a test of the user."""
    return nodeid.split("::")[1] if nodeid.startswith(f"{SUITE_ARG}::") else ""


def _group_of(nodeid: str) -> str:
    """The group of an item, in which pytest's node ids have it after the subject; empty for a test of the user."""
    return nodeid.split("::")[2] if _subject_of(nodeid) else ""
