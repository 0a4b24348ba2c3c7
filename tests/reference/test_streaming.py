"""Streams from the view of the consumer: contract sections A and B."""

# ruff: noqa: A002  # langchain-core names the parameter "input"

import tracemalloc
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_reference import LLM, GenerationChunk, Runnable
from reference.chunks import ANSWER, CHUNKS, collected
from reference.deadline import run
from reference.models import Blanks, OnlyAcall, OnlyAstream, OnlyCall, Streams, SyncStream


def test_invoke_and_ainvoke_answer_with_text() -> None:
    model = Streams()

    assert model.invoke("hi") == ANSWER
    assert run(model.ainvoke("hi")) == ANSWER


@pytest.mark.parametrize("model", [SyncStream(), Streams()])
def test_a_model_that_streams_yields_its_tokens_as_plain_text(model: LLM) -> None:
    assert list(model.stream("hi")) == CHUNKS
    assert run(collected(model.astream("hi"))) == CHUNKS


@pytest.mark.parametrize("model", [OnlyCall(), OnlyAcall()])
def test_a_model_that_does_not_stream_yields_one_chunk_equal_to_invoke(model: LLM) -> None:
    assert list(model.stream("hi")) == [model.invoke("hi")]
    assert run(collected(model.astream("hi"))) == [run(model.ainvoke("hi"))]


def test_the_default_astream_uses_a_native_ainvoke() -> None:
    assert run(collected(OnlyAcall().astream("hi"))) == ["natively hi"]


def test_with_only_astream_stream_is_the_default() -> None:
    model = OnlyAstream()

    assert list(model.stream("hi")) == [ANSWER]
    assert run(collected(model.astream("hi"))) == CHUNKS


def test_a_runnable_with_only_invoke_has_all_other_calls() -> None:
    class Shout(Runnable[str, str]):
        def invoke(self, input: str, config: Any = None, **kwargs: Any) -> str:
            return input.upper()

    shout = Shout()

    assert run(shout.ainvoke("hi")) == "HI"
    assert list(shout.stream("hi")) == ["HI"]
    assert run(collected(shout.astream("hi"))) == ["HI"]
    assert list(shout.transform(iter(["h", "i"]))) == ["HI"]
    assert shout.batch(["a", "b"]) == ["A", "B"]
    assert run(shout.abatch(["a", "b"])) == ["A", "B"]


def test_nothing_happens_before_the_first_next() -> None:
    model = Streams()

    async def call_everything() -> None:
        model.stream("hi"), model.astream("hi"), model.astream_events("hi")
        model.transform(iter(["hi"])), model.bind(stop=["x"]).stream("hi")
        await model.astream("hi").aclose()
        await model.astream_events("hi").aclose()

    model.stream("hi").close()
    run(call_everything())

    assert model.calls == []


def test_each_token_is_generated_by_its_next_call_and_not_before() -> None:
    made = []

    class Counts(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            for token in "abc":
                made.append(token)
                yield GenerationChunk(text=token)

    stream = Counts().stream("hi")
    next(stream)
    next(stream)

    assert made == ["a", "b"]


def test_an_exhausted_stream_stays_exhausted() -> None:
    stream = Streams().stream("hi")
    list(stream)

    assert iter(stream) is stream
    assert list(stream) == []


def test_empty_chunks_are_passed_on() -> None:
    assert list(Blanks().stream("hi")) == ["", "a", "", "b", ""]
    assert run(collected(Blanks().astream("hi"))) == ["", "a", "", "b", ""]


def test_transform_waits_for_its_whole_input_and_then_streams() -> None:
    model = Streams()

    async def pieces() -> AsyncIterator[str]:
        yield "h"
        yield "i"

    assert list(model.transform(iter(["h", "i"]))) == CHUNKS
    assert run(collected(model.atransform(pieces()))) == CHUNKS
    assert list(model.transform(iter(()))) == []


def test_transform_does_not_change_its_input() -> None:
    class Count(Runnable[list[int], int]):
        def invoke(self, input: list[int], config: Any = None, **kwargs: Any) -> int:
            return len(input)

    pieces = [[1], [2, 3]]

    assert list(Count().transform(iter(pieces))) == [3]
    assert pieces == [[1], [2, 3]]


def test_if_chunks_cannot_be_added_the_last_one_counts() -> None:
    class Word(Runnable[dict[str, str], str]):
        def invoke(self, input: dict[str, str], config: Any = None, **kwargs: Any) -> str:
            return input["word"]

    assert list(Word().transform(iter([{"word": "first"}, {"word": "last"}]))) == ["last"]


def test_a_none_of_a_later_chunk_does_not_replace_a_value() -> None:
    total = GenerationChunk("a", {"finish_reason": "stop", "n": 1}) + GenerationChunk(
        "b", {"finish_reason": None, "n": 2}
    )

    assert total == GenerationChunk("ab", {"finish_reason": "stop", "n": 2})
    assert GenerationChunk("a") + GenerationChunk("b") == GenerationChunk("ab")


def test_a_long_stream_without_handlers_does_not_keep_chunks() -> None:
    class Talks(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            for number in range(10_000):
                yield GenerationChunk(text=f"{number:1000}")

    tracemalloc.start()
    deque(Talks().stream("hi"), maxlen=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1_000_000
