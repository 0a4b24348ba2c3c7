"""Each defect is really there, without the suite. Here: batches, stop words, configs and errors."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from llm_conformance.simulator import Case, Simulator
from llm_fixtures import golden
from llm_reference import EchoLLM, RunnableConfig
from llm_zoo import DEFECTS, batch, errors, exact_text
from llm_zoo import config as config_defects
from llm_zoo import stop as stop_defects
from zoo.callers import PROMPT, WORDS, streamed, told

ABA = ["a", "b", "a"]


@pytest.fixture
def provider() -> Iterator[Simulator]:
    with Simulator() as simulator:
        simulator.register(Case(nonce="nonce", golden=golden("sparkling-water")))
        yield simulator


def test_a_batch_is_reversed() -> None:
    assert batch.BatchReversed().batch(["a", "b", "c"]) == ["c", "b", "a"]


def test_equal_prompts_are_answered_once() -> None:
    assert batch.BatchDeduplicated().batch(ABA) == ["a", "b"]


def test_a_batch_with_a_limit_recurses() -> None:
    with pytest.raises(RecursionError):
        batch.BatchRecurses().batch(ABA, {"max_concurrency": 2})


def test_a_batch_of_many_is_refused() -> None:
    assert batch.BatchOfManyRefused().batch(["a"]) == ["a"]
    with pytest.raises(ValueError, match="multiple prompts"):
        batch.BatchOfManyRefused().batch(ABA)


def test_abatch_starts_a_loop() -> None:
    with pytest.raises(RuntimeError, match="running event loop"):
        asyncio.run(batch.AbatchStartsALoop().abatch(ABA))


def test_a_batch_of_one_is_no_list() -> None:
    assert batch.BatchOfOneUnwrapped().batch(["abc"]) == "abc"


def test_a_batch_of_none_raises() -> None:
    with pytest.raises(IndexError):
        batch.BatchOfNoneRaises().batch([])


def test_a_batch_returns_exceptions_that_nobody_asked_for() -> None:
    assert isinstance(batch.BatchErrorLost().batch([42])[0], ValueError)


def test_a_batch_raises_what_it_should_return() -> None:
    with pytest.raises(ValueError, match="got int"):
        batch.ReturnExceptionsIgnored().batch(["a", 42], return_exceptions=True)


def test_one_failure_fills_every_slot() -> None:
    slots = batch.FailureSpreads().batch(["a", 42], return_exceptions=True)

    assert [type(slot) for slot in slots] == [ValueError, ValueError]


def test_inputs_without_a_config_are_dropped() -> None:
    assert batch.ConfigsCutShort().batch(ABA, [{"tags": ["one"]}]) == ["a"]


def test_a_batch_does_not_stop() -> None:
    assert batch.BatchDropsArguments().batch(["abc"], stop=["b"]) == ["abc"]


def test_the_inputs_are_edited() -> None:
    inputs = list(ABA)
    batch.InputsEdited().batch(inputs)

    assert inputs == ["a\n", "b\n", "a\n"]


def test_nothing_stops() -> None:
    assert stop_defects.StopIgnored().invoke(PROMPT, stop=["song"]) == PROMPT


def test_a_stream_does_not_stop_where_invoke_does() -> None:
    assert stop_defects.StreamDropsStop().invoke(PROMPT, stop=[" song"]) == "Sing a"
    assert streamed(stop_defects.StreamDropsStop(), stop=[" song"]) == WORDS


def test_stop_is_given_twice() -> None:
    assert streamed(stop_defects.StopGivenTwice(), stop=[" song"]) == WORDS[:2]
    with pytest.raises(TypeError, match="multiple values"):
        stop_defects.StopGivenTwice().invoke(PROMPT, stop=[" song"])


def test_a_stop_word_in_two_tokens_is_not_seen() -> None:
    assert stop_defects.StopAcrossChunks().invoke(PROMPT, stop=["a song"]) == "Sing "
    assert streamed(stop_defects.StopAcrossChunks(), stop=["a song"]) == WORDS


def test_a_stop_word_is_never_forgotten() -> None:
    model = stop_defects.StopSticks()
    model.invoke(PROMPT, stop=[" song"])

    assert model.invoke(PROMPT) == "Sing a"


def test_the_stop_list_grows() -> None:
    stop = [" song"]
    stop_defects.StopListExtended().invoke(PROMPT, stop=stop)

    assert stop == [" song", "</s>"]


def test_bound_arguments_are_lost() -> None:
    assert stop_defects.BoundArgumentsLost().bind(stop=[" song"]).invoke(PROMPT) == PROMPT


def test_a_config_is_required() -> None:
    with pytest.raises(TypeError):
        config_defects.ConfigRequired().invoke(PROMPT)


def test_an_empty_config_is_refused() -> None:
    assert config_defects.EmptyConfigRefused().invoke(PROMPT) == PROMPT
    with pytest.raises(KeyError):
        config_defects.EmptyConfigRefused().invoke(PROMPT, {})


def test_a_number_in_the_metadata_is_refused() -> None:
    with pytest.raises(TypeError):
        config_defects.MetadataRefused().invoke(PROMPT, {"metadata": {"m": 1}})


def test_the_callers_tags_are_edited() -> None:
    config: RunnableConfig = {"tags": ["mine"]}
    config_defects.ConfigEdited().invoke(PROMPT, config)

    assert config == {"tags": ["mine", "echo"]}


def test_tags_are_lost() -> None:
    assert told(config_defects.TagsLost(), config={"tags": ["mine"]})[0]["tags"] == []


def test_metadata_are_lost() -> None:
    assert told(config_defects.MetadataLost(), config={"metadata": {"m": 1}})[0]["metadata"] == {}


def test_a_run_name_is_ignored() -> None:
    assert told(config_defects.RunNameIgnored(), config={"run_name": "mine"})[0]["name"] == "RunNameIgnored"


def test_a_run_id_is_ignored() -> None:
    assert told(config_defects.RunIdIgnored(), config={"run_id": "mine"})[0]["run_id"] != "mine"


def test_keywords_are_taken_for_a_config() -> None:
    assert told(EchoLLM(), tags=["mine"])[0]["tags"] == []
    assert told(config_defects.KeywordsTakenForAConfig(), tags=["mine"])[0]["tags"] == ["mine"]


def test_with_config_is_without_effect() -> None:
    assert told(config_defects.WithConfigForgets().with_config({"tags": ["mine"]}))[0]["tags"] == []


def test_a_stream_that_fails_ends_like_a_success() -> None:
    assert streamed(errors.ErrorsSwallowed(), 42) == []


def test_an_error_comes_at_the_call() -> None:
    with pytest.raises(ValueError, match="got int"):
        errors.ErrorsComeEarly().stream(42)


def test_an_error_is_never_forgotten() -> None:
    model = errors.ErrorsNotForgotten()
    with pytest.raises(ValueError, match="got int"):
        model.invoke(42)

    with pytest.raises(RuntimeError, match="an earlier call"):
        model.invoke(PROMPT)


def test_an_instance_works_once() -> None:
    model = errors.WorksOnce()
    model.invoke(PROMPT)

    with pytest.raises(RuntimeError, match="closed"):
        streamed(model)


def test_invoke_and_stream_lose_the_same_spaces(provider: Simulator) -> None:
    model = exact_text.DeltasStrippedEverywhere(url=provider.url)

    assert model.invoke("nonce")[:26] == "Sparklingwater,ohso clearB"
    assert "".join(streamed(model, "nonce")) == model.invoke("nonce")


def test_tokens_come_in_pairs(provider: Simulator) -> None:
    assert streamed(exact_text.TokensMerged(url=provider.url), "nonce")[:2] == ["\n\nSpark", "ling water"]


def test_every_defect_has_its_story() -> None:
    stories = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_stories*.py"))

    assert [model.__name__ for model in DEFECTS if not re.search(rf"\.{model.__name__}\b", stories)] == []
