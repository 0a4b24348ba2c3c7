"""Each defect is really there, without the suite. Here: models in a chain, filters, and the shapes of data."""

from typing import Any
from uuid import UUID

import pytest

from llm_reference import EchoLLM
from llm_zoo import callback_effects, event_data, filters, nested, usage
from llm_zoo.bases import chain_events
from zoo.callers import WORDS, astreamed, names, told

CONFIG = {"tags": ["t1"], "metadata": {"m": 1}, "run_name": "named run", "run_id": UUID(int=1)}


def _same(value: Any) -> Any:
    return value


def chain_of(model: EchoLLM) -> Any:
    """The model two runs deep in a chain."""
    return _same | (model | str.upper).with_config(run_name="inner") | str.lower


def of_model(events: list[Any]) -> list[Any]:
    return [event for event in events if event["event"].startswith("on_llm_")]


def nested_events(model: EchoLLM, **kwargs: Any) -> list[Any]:
    """What the events of a chain tell of the model in it."""
    return of_model(told(chain_of(model), "one two", **kwargs))


def test_a_narrator_and_a_sieve_that_change_nothing_are_the_reference() -> None:
    assert names(nested_events(chain_events.ChainEventDefect())) == names(nested_events(EchoLLM()))
    assert names(told(filters._Sieve(), "one", include_types=["llm"])) == ["start", "stream", "end"]


def test_a_step_is_refused() -> None:
    assert astreamed(nested.RefusesToBeAStep()) == WORDS
    with pytest.raises(RuntimeError, match="already active"):
        nested_events(nested.RefusesToBeAStep())


def test_a_step_never_ends() -> None:
    assert names(told(nested.NoEndInAChain(), "one")) == ["start", "stream", "end"]
    assert names(nested_events(nested.NoEndInAChain())) == ["start", "stream", "stream"]


def test_a_chain_has_no_tap() -> None:
    assert names(told(callback_effects.UntappedInAChain(), "one")) == ["start", "stream", "end"]
    assert names(nested_events(EchoLLM())) == ["start", "stream", "stream", "end"]
    assert names(nested_events(callback_effects.UntappedInAChain())) == ["start", "end"]


def test_what_the_answer_cost_is_lost_at_its_end() -> None:
    account = {"finish_reason": "stop", "usage": {"tokens": 2}}

    for model, kept in ((usage.UsageModel(), account), (usage.FinishReasonLost(), None)):
        *_, last, end = nested_events(model)

        assert last["data"]["chunk"].generation_info == account
        assert end["data"]["output"]["generations"][0][0]["generation_info"] == kept


def test_parents_come_first() -> None:
    right, wrong = nested_events(EchoLLM(), config=CONFIG)[0], nested_events(nested.ParentsReversed(), config=CONFIG)[0]

    assert right["parent_ids"][0] == str(UUID(int=1))
    assert wrong["parent_ids"][-1] == str(UUID(int=1))


def test_the_first_token_is_lost() -> None:
    assert astreamed(nested.FirstTokenLostInAChain()) == WORDS
    assert [event["data"]["chunk"].text for event in nested_events(nested.FirstTokenLostInAChain())[1:-1]] == [" two"]


def test_metadata_raises() -> None:
    assert names(told(nested.MetadataGivenTwice(), "one", config=CONFIG)) == ["start", "stream", "end"]
    with pytest.raises(ValueError, match="by the chain"):
        nested_events(nested.MetadataGivenTwice(), config=CONFIG)


def test_tags_are_lost() -> None:
    assert nested_events(EchoLLM(), config=CONFIG)[0]["tags"] == ["seq:step:1", "t1"]
    assert nested_events(nested.TagsNotInherited(), config=CONFIG)[0]["tags"] == ["seq:step:1"]


def test_metadata_is_lost() -> None:
    assert nested_events(EchoLLM(), config=CONFIG)[0]["metadata"] == {"m": 1}
    assert nested_events(nested.MetadataNotInherited(), config=CONFIG)[0]["metadata"] == {}


def test_the_name_is_the_chains() -> None:
    assert nested_events(EchoLLM(), config=CONFIG)[0]["name"] == "EchoLLM"
    assert nested_events(nested.RunNameInherited(), config=CONFIG)[0]["name"] == "named run"


def test_a_failure_is_silence() -> None:
    with pytest.raises(ValueError, match="got int"):
        told(_same | EchoLLM(), 42)
    assert told(_same | nested.FailureIsEmptyInAChain(), 42)[-1]["data"]["output"] == ""


def test_v1_has_a_dict_at_the_end_of_a_step() -> None:
    output = nested_events(nested.NestedOutputIsADictOfItsOwn(), version="v1")[-1]["data"]["output"]

    assert output == {"text": "one two", "model": "echo"}


def test_v2_has_one_prompt_at_the_start_of_a_step() -> None:
    assert nested_events(nested.NestedInputIsAPrompt())[0]["data"]["input"] == {"prompt": "one two"}


def test_a_filter_hides_the_end() -> None:
    assert names(nested_events(EchoLLM(), include_types=["llm"])) == ["start", "stream", "stream", "end"]
    assert names(nested_events(nested.FilterHidesTheEnd(), include_types=["llm"])) == ["start", "stream", "stream"]


def test_a_filter_changes_the_input() -> None:
    assert nested_events(EchoLLM(), include_types=["llm"])[0]["data"]["input"] == {"prompts": ["one two"]}
    assert nested_events(nested.FilterPutsAnotherInput(), include_types=["llm"])[0]["data"]["input"] == "one two"


def test_a_filter_for_nothing_raises() -> None:
    assert told(EchoLLM(), "one", include_types=["tool"]) == []
    with pytest.raises(IndexError):
        told(filters.FilterForNothingRaises(), "one", include_types=["tool"])


def test_two_includes_hide_what_one_shows() -> None:
    both: Any = {"include_names": ["IncludesMustAllMatch"], "include_types": ["tool"]}

    assert names(told(filters.IncludesMustAllMatch(), "one", include_types=["llm"])) == ["start", "stream", "end"]
    assert told(filters.IncludesMustAllMatch(), "one", **both) == []


def test_an_include_shows_what_an_exclude_hides() -> None:
    both: Any = {"include_types": ["llm"], "exclude_types": ["llm"]}

    assert told(EchoLLM(), "one", **both) == []
    assert names(told(filters.IncludeBeatsExclude(), "one", **both)) == ["start", "stream", "end"]


def test_a_type_is_no_type() -> None:
    assert told(filters.TypesAreClassNames(), "one", include_types=["llm"]) == []


def test_a_tag_of_the_call_hides_everything() -> None:
    model = filters.TagsOfTheConstructorAlone()

    assert told(model, "one", config={"tags": ["t1"]}, include_tags=["t1"]) == []


def test_v1_has_a_dict_at_the_end() -> None:
    assert told(event_data.V1OutputInADict(), "one", version="v1")[-1]["data"]["output"] == {"text": "one"}


def test_v2_has_no_generations_at_the_end() -> None:
    assert told(event_data.V2OutputWithoutGenerations(), "one")[-1]["data"]["output"] == {"text": "one"}
