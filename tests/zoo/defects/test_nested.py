"""Each defect is present, shown without the suite. Here: models in a chain."""

from typing import Any

import pytest

from llm_reference import EchoLLM
from llm_zoo import callback_effects, filters, nested, usage
from llm_zoo.bases import chain_events
from zoo.callers import WORDS, astreamed, event_names, events_of


def _same(value: Any) -> Any:
    return value


def chain_of(model: EchoLLM) -> Any:
    """A chain with the model inside an inner chain."""
    return _same | (model | str.upper).with_config(run_name="inner") | str.lower


def nested_events(model: EchoLLM, **kwargs: Any) -> list[Any]:
    """The events of the model in a chain."""
    return [one for one in events_of(chain_of(model), "one two", **kwargs) if one["event"].startswith("on_llm_")]


def test_the_base_classes_behave_like_the_reference() -> None:
    assert event_names(nested_events(chain_events.ChainEventDefect())) == event_names(nested_events(EchoLLM()))
    assert event_names(events_of(filters.FilteringModel(), "one", include_types=["llm"])) == ["start", "stream", "end"]


def test_a_model_raises_in_a_chain_only() -> None:
    assert astreamed(nested.RaisesInChain()) == WORDS
    with pytest.raises(RuntimeError, match="already active"):
        nested_events(nested.RaisesInChain())


def test_metadata_raises_in_a_chain_only() -> None:
    config = {"metadata": {"m": 1}}

    assert event_names(events_of(nested.MetadataInChainRaises(), "one", config=config)) == ["start", "stream", "end"]
    with pytest.raises(ValueError, match="by the chain"):
        nested_events(nested.MetadataInChainRaises(), config=config)


def test_the_usage_is_missing_from_the_end() -> None:
    usage_info = {"finish_reason": "stop", "usage": {"tokens": 2}}

    for model, at_end in ((usage.UsageModel(), usage_info), (usage.FinishReasonLost(), None)):
        *_, last, end = nested_events(model)

        assert last["data"]["chunk"].generation_info == usage_info
        assert end["data"]["output"]["generations"][0][0]["generation_info"] == at_end


def test_stream_events_are_missing_in_a_chain_only() -> None:
    assert event_names(events_of(callback_effects.NoStreamEventsInChain(), "one")) == ["start", "stream", "end"]
    assert event_names(nested_events(EchoLLM())) == ["start", "stream", "stream", "end"]
    assert event_names(nested_events(callback_effects.NoStreamEventsInChain())) == ["start", "end"]
