"""The scenarios with the code that runs them; judging a saved run does not import it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from llm_conformance import scenarios
from llm_conformance.catalogue.catalogue import CHECKS, SCENARIOS
from llm_conformance.catalogue.discovery import import_all
from llm_conformance.catalogue.verify import verify
from llm_conformance.scenarios.registry import SCENARIOS as REGISTERED
from llm_conformance.scenarios.registry import Scenario


@cache
def live_scenarios() -> Mapping[str, Scenario]:
    """Every scenario by name; TypeError where the index does not describe them, or where names do not fit."""
    verify(CHECKS, SCENARIOS)
    import_all(scenarios)
    if {name: one.facts for name, one in REGISTERED.items()} != SCENARIOS:
        raise TypeError("catalogue/index.json is out of date: run `python tests/regenerate.py`")
    return REGISTERED
