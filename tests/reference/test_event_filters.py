"""Filters of events by name, type and tag, for models and chains: contract section H."""

from typing import Any

import pytest

from llm_reference import RunnableConfig, StreamEvent
from reference.models import Streams
from reference.nested import deep
from reference.tracers import both_versions, events_of

FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"include_names": ["model"]}, ["model"]),
    ({"include_types": ["llm"]}, ["model"]),
    ({"include_types": ["prompt", "parser"]}, ["prompt", "parser"]),
    ({"include_types": ["chain"]}, ["outer", "wrap", "chain"]),
    ({"include_tags": ["of model"]}, ["model"]),
    ({"include_tags": ["t"]}, ["outer", "wrap", "chain", "prompt", "model", "parser"]),
    ({"include_tags": ["seq:step:1"]}, ["wrap", "prompt"]),
    (
        {"include_names": ["model"], "include_types": ["parser"], "include_tags": ["of prompt"]},
        ["prompt", "model", "parser"],
    ),
    ({"include_types": ["llm", "parser"], "exclude_names": ["parser"]}, ["model"]),
    ({"exclude_types": ["chain"]}, ["prompt", "model", "parser"]),
    ({"exclude_tags": ["of model", "seq:step:1"]}, ["outer", "chain", "parser"]),
    ({"include_names": ["unknown"]}, []),
    ({"include_types": ["chat_model"]}, []),
]


@both_versions
@pytest.mark.parametrize(("filters", "names"), FILTERS, ids=str)
def test_filtered_events_are_the_unfiltered_ones_of_those_runs(
    filters: dict[str, Any], names: list[str], version: str
) -> None:
    def plain(events: list[StreamEvent]) -> list[Any]:
        return [(event["event"], event["name"], event["tags"], event["data"]) for event in events]

    config: RunnableConfig = {"tags": ["t"]}
    everything = events_of(deep, version=version, config=config)

    some = events_of(deep, version=version, config=config, **filters)

    assert plain(some) == plain([event for event in everything if event["name"] in names])
    assert {event["name"] for event in some} == {*names}


@both_versions
@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({}, True),
        ({"include_names": ["name"]}, True),
        ({"include_types": ["llm"]}, True),
        ({"include_tags": ["tag"]}, True),
        ({"include_names": ["name"], "include_types": ["parser"]}, True),
        ({"include_names": ["other"]}, False),
        ({"include_types": ["chat_model"]}, False),
        ({"include_tags": []}, False),
        ({"exclude_names": ["name"]}, False),
        ({"exclude_types": ["llm"]}, False),
        ({"exclude_tags": ["tag"]}, False),
        ({"include_names": ["name"], "exclude_tags": ["tag"]}, False),
        ({"exclude_names": ["other"], "exclude_types": ["chain"], "exclude_tags": []}, True),
    ],
)
def test_filters_select_by_name_type_and_tag(filters: dict[str, Any], passes: bool, version: str) -> None:  # noqa: FBT001
    model = Streams()

    events = events_of(model, version=version, config={"run_name": "name", "tags": ["tag"]}, **filters)

    assert len(events) == (7 if passes else 0)
    assert len(model.calls) == 1
