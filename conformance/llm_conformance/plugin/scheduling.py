"""How pytest-xdist distributes the items: the checks of a subject together, everything else as usual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from llm_conformance.plugin import SUITE_ARG


class SubjectScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Groups the items of a subject. Each test of the user is a group by itself."""

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
            if left and not (crashed in items and scope.startswith(f"{SUITE_ARG}::")):
                self.workqueue[scope] = left
        for other in self.nodes:
            self._reschedule(other)
        return crashed

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(f"{SUITE_ARG}::"):
            return "::".join(nodeid.split("::")[:2])
        return nodeid
