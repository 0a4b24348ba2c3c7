"""The index describes what is registered, and judging needs no more."""

from __future__ import annotations

from importlib.resources import files

from llm_conformance.catalogue import index
from llm_conformance.catalogue.catalogue import SCENARIOS
from llm_conformance.catalogue.live import live_scenarios


def test_the_index_is_up_to_date() -> None:
    shipped = files("llm_conformance.catalogue").joinpath("index.json").read_text(encoding="utf-8")

    assert shipped == index.render_registered(), "run `python tests/regenerate.py`"


def test_every_scenario_can_be_run() -> None:
    assert live_scenarios().keys() == SCENARIOS.keys()
