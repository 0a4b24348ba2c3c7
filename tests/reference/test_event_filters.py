"""Which events of a chain a caller may choose, by name, type and tag: contract section H."""

from typing import Any

import pytest

from llm_reference import RunnableConfig, StreamEvent
from reference.nested import deep, events_of

both_versions = pytest.mark.parametrize("version", ["v1", "v2"])

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
    ({"include_names": ["nobody"]}, []),
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
