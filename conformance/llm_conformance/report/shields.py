"""The badge of a run for shields.io."""

from __future__ import annotations

from llm_conformance.records.saved_run import SavedRun
from llm_conformance.report.badge import badge_of_run, shields_text


def render(run: SavedRun) -> str:
    """The JSON of an endpoint badge."""
    return shields_text(badge_of_run(run))
