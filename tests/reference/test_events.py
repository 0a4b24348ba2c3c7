"""The events of a model as the root run, in both versions: contract sections G and H, and the shape table."""

# ruff: noqa: PERF401  # keep the items before an error

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest

from llm_reference import LLM, GenerationChunk, RunnableConfig, StreamEvent
from reference.chunks import ANSWER, CHUNKS
from reference.deadline import run
from reference.models import Breaks, CallBreaks, Informs, Nothing, OnlyCall, Streams, SyncStream
from reference.tracers import both_versions, events_of


@both_versions
@pytest.mark.parametrize("model", [SyncStream(), Streams()])
def test_a_streaming_model_starts_streams_and_ends(model: LLM, version: str) -> None:
    events = events_of(model, version=version)

    assert [event["event"] for event in events] == ["on_llm_start", *["on_llm_stream"] * 5, "on_llm_end"]
    assert [event["data"]["chunk"] for event in events[1:-1]] == CHUNKS


@both_versions
def test_a_fallback_streams_its_one_chunk(version: str) -> None:
    events = events_of(OnlyCall(), version=version)

    assert [event["event"] for event in events] == ["on_llm_start", "on_llm_stream", "on_llm_end"]
    assert events[1]["data"] == {"chunk": ANSWER}


def test_the_output_is_the_text_in_v1_and_the_generations_in_v2() -> None:
    generation = {"text": ANSWER, "generation_info": None, "type": "Generation"}

    assert events_of(Streams(), version="v1")[-1]["data"] == {"output": ANSWER}
    assert events_of(Streams(), version="v2")[-1]["data"] == {
        "output": {"generations": [[generation]], "llm_output": None}
    }


def test_the_output_of_v2_has_the_generation_info_of_the_last_chunk() -> None:
    output = events_of(Informs(), version="v2")[-1]["data"]["output"]

    assert output["generations"][0][0] == {
        "text": "abc",
        "generation_info": {"finish_reason": "stop"},
        "type": "Generation",
    }


@both_versions
def test_every_event_has_the_same_keys_and_names_the_same_run(version: str) -> None:
    config: RunnableConfig = {"tags": ["b", "a"], "metadata": {"m": 1}, "run_name": "name", "run_id": UUID(int=7)}

    events = events_of(Streams(), version=version, config=config)

    for event in events:
        assert set(event) == {"event", "name", "run_id", "tags", "metadata", "data", "parent_ids"}
        assert event["name"] == "name"
        assert event["run_id"] == str(UUID(int=7))
        assert event["tags"] == ["b", "a"]
        assert event["metadata"] == {"m": 1}
        assert event["parent_ids"] == []


@both_versions
def test_tags_and_metadata_of_the_constructor_are_in_the_events(version: str) -> None:
    for event in events_of(Streams(tags=["own"], metadata={"own": 1}), version=version):
        assert event["tags"] == ["own"]
        assert event["metadata"] == {"own": 1}


@both_versions
def test_the_input_is_what_the_caller_passed(version: str) -> None:
    value = [("system", "s"), ("human", "hi")]

    events = events_of(Streams(), value, version=version)

    assert events[0]["data"] == {"input": value}
    assert events[0]["data"]["input"] is value
    assert "input" not in events[-1]["data"]


@both_versions
def test_concurrent_calls_have_different_run_ids(version: Any) -> None:
    model = SyncStream()

    async def collect(prompt: str) -> list[StreamEvent]:
        return [event async for event in model.astream_events(prompt, version=version)]

    async def both() -> tuple[list[StreamEvent], list[StreamEvent]]:
        return await asyncio.gather(collect("one"), collect("two"))

    one, two = run(both())

    assert len({event["run_id"] for event in one}) == 1
    assert len({event["run_id"] for event in [*one, *two]}) == 2
    assert [event["data"].get("chunk") for event in two][3] == " two"


@both_versions
@pytest.mark.parametrize("chunks", ["0", "2", "20"])
def test_a_failure_comes_after_the_events_so_far_and_there_is_no_end(version: Any, chunks: str) -> None:
    received = []

    async def read() -> None:
        async for event in Breaks().astream_events(chunks, version=version):
            received.append(event["event"])

    with pytest.raises(ConnectionError, match="connection lost"):
        run(read())
    assert received == ["on_llm_start", *["on_llm_stream"] * int(chunks)]


@both_versions
@pytest.mark.parametrize(("model", "error"), [(CallBreaks(), ConnectionError), (Nothing(), ValueError)])
def test_a_model_that_fails_before_its_first_chunk_has_a_start_only(version: Any, model: LLM, error: Any) -> None:
    received = []

    async def read() -> None:
        async for event in model.astream_events("hi", version=version):
            received.append(event["event"])

    with pytest.raises(error):
        run(read())
    assert received == ["on_llm_start"]


@both_versions
def test_a_bad_input_is_an_error_of_the_first_next(version: Any) -> None:
    with pytest.raises(ValueError, match="got int"):
        events_of(Streams(), 42, version=version)


def test_an_unknown_version_is_an_error_of_the_first_next() -> None:
    events = Streams().astream_events("hi", version="v9")  # type: ignore[arg-type]  # the test passes a wrong argument on purpose

    with pytest.raises(NotImplementedError, match="'v9'"):
        run(anext(events))


def test_the_default_version_is_v2() -> None:
    assert "generations" in events_of(Streams())[-1]["data"]["output"]


@both_versions
def test_bound_arguments_and_config_are_those_of_the_events(version: str) -> None:
    model = Streams()

    events = events_of(model.bind(stop=["x"]).with_config(tags=["b"], run_name="bound"), version=version)

    assert events[0]["name"] == "bound"
    assert events[0]["tags"] == ["b"]
    assert model.calls == [("hi", ["x"], {})]


@both_versions
def test_events_arrive_while_the_model_still_generates(version: Any) -> None:
    async def read() -> list[Any]:
        gate = asyncio.Event()

        class Gated(OnlyCall):
            async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
                await gate.wait()
                yield GenerationChunk(text="a")
                gate.clear()
                await gate.wait()
                yield GenerationChunk(text="b")

        reported = []
        async with asyncio.timeout(5):
            async for event in Gated().astream_events("hi", version=version):
                reported.append(event["data"].get("chunk"))
                gate.set()
        return reported

    assert run(read()) == [None, "a", "b", None]


def test_a_model_far_ahead_of_its_consumer_waits() -> None:
    made = []

    class Counts(OnlyCall):
        async def _astream(self, prompt: str, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
            for number in range(1000):
                made.append(number)
                yield GenerationChunk(text="a")

    async def read_one() -> None:
        events = Counts().astream_events("hi")
        await anext(events)
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(made) < 20
        assert len([event async for event in events]) == 1001

    run(read_one())


def test_the_chunks_of_the_events_are_those_of_astream() -> None:
    class Uneven(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            for token in ("", "a", "", "bc", "d", ""):
                yield GenerationChunk(text=token)

    async def collect() -> list[str]:
        return [chunk async for chunk in Uneven().astream("hi")]

    for version in ("v1", "v2"):
        assert [event["data"]["chunk"] for event in events_of(Uneven(), version=version)[1:-1]] == run(collect())
