"""The events of nested runs: their parents, what they inherit, and how they fail."""

# ruff: noqa: PERF401  # keep the items before an error

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from llm_reference import (
    GenerationChunk,
    PromptTemplate,
    RunnableGenerator,
    RunnableLambda,
    RunnableParallel,
    StreamEvent,
    StrOutputParser,
)
from reference.deadline import run
from reference.models import Breaks, CallBreaks, OnlyCall, Streams
from reference.nested import Chain, deep, model, parser, starts
from reference.tracers import both_versions, events_of


def reported_until_error(runnable: Chain, value: Any, error: type[BaseException], **kwargs: Any) -> list[str]:
    """Return the names of runs and events until the call raises. It must raise."""
    reported = []

    async def read() -> None:
        async for event in runnable.astream_events(value, **kwargs):
            reported.append(f"{event['name']} {event['event']}")

    with pytest.raises(error):
        run(read())
    return reported


@both_versions
def test_runs_start_in_the_order_of_the_steps(version: str) -> None:
    events = events_of(deep, version=version)

    assert list(starts(events)) == ["outer", "wrap", "chain", "prompt", "model", "parser"]
    assert (events[0]["name"], events[-1]["name"]) == ("outer", "outer")


@both_versions
def test_each_run_has_its_own_id_a_start_and_an_end(version: str) -> None:
    events = events_of(deep, version=version)
    ended = [event["run_id"] for event in events if event["event"].endswith("_end")]

    assert sorted(ended) == sorted(event["run_id"] for event in starts(events).values())
    assert len({*ended}) == 6


def test_parent_ids_go_from_the_root_to_the_immediate_parent_in_v2() -> None:
    begun = starts(events_of(deep, version="v2"))
    outer, inner = begun["outer"]["run_id"], begun["chain"]["run_id"]

    assert {name: event["parent_ids"] for name, event in begun.items()} == {
        "outer": [],
        "wrap": [outer],
        "chain": [outer],
        "prompt": [outer, inner],
        "model": [outer, inner],
        "parser": [outer, inner],
    }


def test_parent_ids_are_empty_in_v1() -> None:
    assert {*map(len, (event["parent_ids"] for event in events_of(deep, version="v1")))} == {0}


@both_versions
def test_tags_are_inherited_except_for_the_number_of_the_step(version: str) -> None:
    begun = starts(events_of(deep, version=version, config={"tags": ["t"]}))

    assert {name: event["tags"] for name, event in begun.items()} == {
        "outer": ["t"],
        "wrap": ["seq:step:1", "t"],
        "chain": ["seq:step:2", "t"],
        "prompt": ["seq:step:1", "of prompt", "t"],
        "model": ["seq:step:2", "of model", "t"],
        "parser": ["seq:step:3", "t"],
    }


@both_versions
def test_metadata_is_inherited(version: str) -> None:
    begun = starts(events_of(deep, version=version, config={"metadata": {"m": 1}}))

    assert begun["model"]["metadata"] == {"m": 1, "of": "model"}
    assert [event["metadata"] for name, event in begun.items() if name != "model"] == [{"m": 1}] * 5


@both_versions
def test_metadata_of_the_call_wins_over_that_of_with_config_at_any_depth(version: str) -> None:
    begun = starts(events_of(deep, version=version, config={"metadata": {"of": "call"}}))

    assert [event["metadata"] for event in begun.values()] == [{"of": "call"}] * 6


@both_versions
def test_a_run_name_and_a_run_id_apply_to_the_root_only(version: str) -> None:
    events = events_of(deep, version=version, config={"run_name": "mine", "run_id": UUID(int=7)})

    own = [event for event in events if event["run_id"] == str(UUID(int=7))]
    assert {event["name"] for event in own} == {"mine"}
    assert {event["name"] for event in events if event not in own} == {"wrap", "chain", "prompt", "model", "parser"}


@both_versions
def test_branches_are_tagged_with_their_keys(version: str) -> None:
    parallel: Chain = RunnableParallel(a=model, b=parser)

    begun = starts(events_of(parallel, version=version))

    assert begun["model"]["tags"] == ["map:key:a", "of model"]
    assert begun["parser"]["tags"] == ["map:key:b"]


@both_versions
def test_a_model_that_a_function_invokes_belongs_to_the_functions_run(version: str) -> None:
    async def ask(value: str) -> str:
        return str(await Streams().ainvoke(value))

    def ask_in_a_thread(value: str) -> str:
        return str(Streams().invoke(value))

    for function in (ask, ask_in_a_thread):
        events = events_of(RunnableLambda(function, name="ask"), version=version, config={"tags": ["t"]})

        assert [f"{event['name']} {event['event']}" for event in events] == [
            "ask on_chain_start",
            "Streams on_llm_start",
            "Streams on_llm_end",
            "ask on_chain_stream",
            "ask on_chain_end",
        ]
        assert events[1]["tags"] == ["t"]
        assert events[1]["parent_ids"] == ([events[0]["run_id"]] if version == "v2" else [])


@both_versions
def test_a_model_that_a_generator_streams_belongs_to_the_generators_run(version: str) -> None:
    async def ask(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        async for piece in pieces:
            async for chunk in Streams().astream(piece):
                yield chunk

    events = events_of(RunnableGenerator(ask), version=version)

    assert [event["event"] for event in events if event["name"] == "Streams"] == [
        "on_llm_start",
        *["on_llm_stream"] * 5,
        "on_llm_end",
    ]
    assert len([event for event in events if event["event"] == "on_chain_stream"]) == 5


@both_versions
def test_when_the_model_fails_in_mid_stream_there_are_no_end_events(version: str) -> None:
    reported = reported_until_error(Breaks() | StrOutputParser(), "1", ConnectionError, version=version)

    assert reported == [
        "RunnableSequence on_chain_start",
        "Breaks on_llm_start",
        "StrOutputParser on_parser_start",
        "StrOutputParser on_parser_stream",
        "RunnableSequence on_chain_stream",
    ]


@both_versions
@pytest.mark.parametrize(
    ("failing", "value", "run_type"),
    [
        (CallBreaks(), "hi", "llm"),
        (RunnableLambda(lambda _: 1 / 0), "hi", "chain"),
        (PromptTemplate.from_template("{other}"), {"q": "hi"}, "prompt"),
        (StrOutputParser(), {"no": "text"}, "parser"),
    ],
)
def test_a_step_that_fails_has_a_start_and_not_an_end(failing: Chain, value: Any, run_type: str, version: str) -> None:
    first: Chain = RunnableLambda(lambda value: value, name="first")

    reported = reported_until_error(first | failing.with_config(run_name="it"), value, Exception, version=version)

    assert [event for event in reported if event.startswith("it ")] == [f"it on_{run_type}_start"]


@both_versions
def test_a_step_that_fails_after_the_model_keeps_the_end_of_the_model(version: str) -> None:
    def fail(_: str) -> str:
        raise ConnectionError("connection lost")

    reported = reported_until_error(Streams() | RunnableLambda(fail), "hi", ConnectionError, version=version)

    assert [event for event in reported if event.endswith("_end")] == ["Streams on_llm_end"]
    assert [event for event in reported if event.startswith("fail ")] == ["fail on_chain_start"]


@both_versions
def test_a_failure_with_a_fallback_has_a_start_without_an_end(version: str) -> None:
    events = events_of(CallBreaks().with_fallbacks([Streams()]), version=version)

    models = [event for event in events if event["event"].startswith("on_llm")]
    assert [f"{event['name']} {event['event']}" for event in models if event["event"] != "on_llm_stream"] == [
        "CallBreaks on_llm_start",
        "Streams on_llm_start",
        "Streams on_llm_end",
    ]
    assert events[-1]["event"] == "on_chain_end"


@both_versions
def test_concurrent_chains_do_not_mix(version: Any) -> None:
    class Suspends(OnlyCall):
        async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
            for _ in range(5):
                await asyncio.sleep(0)
                yield GenerationChunk(text=prompt)

    shared: Chain = PromptTemplate.from_template("{q}") | Suspends() | StrOutputParser()

    async def collect(value: str) -> list[StreamEvent]:
        return [event async for event in shared.astream_events({"q": value}, {"tags": [value]}, version=version)]

    async def concurrently() -> list[list[StreamEvent]]:
        return await asyncio.gather(*map(collect, "abcdefgh"))

    reported = run(concurrently())

    for value, events in zip("abcdefgh", reported, strict=True):
        assert events[-1]["data"] == {"output": value * 5}
        assert {event["tags"][-1] for event in events} == {value}
        assert {event["data"]["chunk"] for event in events if event["event"] == "on_chain_stream"} == {value}
    ids = [{event["run_id"] for event in events} for events in reported]
    assert len(set().union(*ids)) == sum(map(len, ids)) == 8 * 4
