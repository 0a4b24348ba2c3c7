"""How pytest-xdist distributes the items: the checks of a subject together, everything else as usual."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from llm_conformance.plugin import SUITE_ARG


class SubjectScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Groups the items of a subject. Each test of the user is a group by itself."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(f"{SUITE_ARG}::"):
            return "::".join(nodeid.split("::")[:2])
        return nodeid
