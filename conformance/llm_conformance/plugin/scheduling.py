"""How pytest-xdist shares out the items: a subject's checks together, everything else as it would."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from llm_conformance.plugin import SUITE_ARG


class SubjectScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Groups the items of a subject, and leaves each test of the user to itself."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(f"{SUITE_ARG}::"):
            return "::".join(nodeid.split("::")[:2])
        return nodeid
