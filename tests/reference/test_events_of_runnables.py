"""The events of a root run that is not a plain model: contract section G, and the root columns of the shape table."""

# ruff: noqa: A002, PERF401  # langchain-core names the parameter "input"; keep the items before an error

import threading
from typing import Any

import pytest

from llm_reference import Runnable, RunnableConfig
from reference.chunks import CHUNKS
from reference.deadline import run
from reference.models import OnlyCall, Streams
from reference.tracers import both_versions, events_of


@both_versions
def test_a_runnable_that_is_not_a_model_is_a_chain(version: str) -> None:
    class Count(Runnable[str, int]):
        def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> int:
            return len(input)

    events = events_of(Count(), version=version, config={"tags": ["a"]})

    assert [(event["event"], event["name"], event["data"]) for event in events] == [
        ("on_chain_start", "Count", {"input": "hi"}),
        ("on_chain_stream", "Count", {"chunk": 2}),
        ("on_chain_end", "Count", {"output": 2}),
    ]
    assert events[0]["tags"] == ["a"]


@both_versions
def test_a_chain_that_streams_nothing_starts_and_ends(version: str) -> None:
    class Silent(Runnable[str, str]):
        def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> str:
            return ""

        async def astream(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
            return
            yield

    assert [event["data"] for event in events_of(Silent(), version=version)] == [{"input": "hi"}, {"output": None}]


@both_versions
def test_the_chunks_and_errors_of_an_overridden_astream_are_reported(version: Any) -> None:
    class Shouts(Streams):
        async def astream(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
            async for chunk in super().astream(input, config, **kwargs):
                yield chunk.upper()
            raise ConnectionError("connection lost")

    received = []

    async def read() -> None:
        async for event in Shouts().astream_events("hi", version=version):
            received.append(event["data"].get("chunk"))

    with pytest.raises(ConnectionError):
        run(read())
    assert received == [None, *[chunk.upper() for chunk in CHUNKS]]


@both_versions
def test_a_model_that_a_runnable_invokes_in_a_thread_is_reported(version: str) -> None:
    class Passes(Runnable[str, str]):
        def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> str:
            return OnlyCall().invoke(input, config)

    events = events_of(Passes(), version=version)

    assert [event["event"] for event in events] == ["on_llm_start", "on_llm_stream", "on_llm_end"]


def test_a_start_in_a_thread_arrives_while_the_thread_runs() -> None:
    gate = threading.Event()

    class Waits(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            return f"gate open: {gate.wait(timeout=5)}"

    class Passes(Runnable[str, str]):
        def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> str:
            return Waits().invoke(input, config)

    async def read() -> list[Any]:
        data = []
        async for event in Passes().astream_events("hi", version="v1"):
            gate.set()
            data.append(event["data"])
        return data

    assert run(read())[-1] == {"output": "gate open: True"}
