"""A stream as the one who reads it sees it: contract sections A and B."""

# ruff: noqa: A002, PERF401  # "input" is the name that callers know; what came before an error must be kept

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_reference import LLM, GenerationChunk, Runnable
from reference.models import (
    Blanks,
    Breaks,
    CallBreaks,
    Nothing,
    OnlyAcall,
    OnlyAstream,
    OnlyCall,
    Streams,
    SyncStream,
)

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]
ANSWER = "You said: hi\n\né🙂"


async def collected(stream: AsyncIterator[str]) -> list[str]:
    return [chunk async for chunk in stream]


def test_invoke_and_ainvoke_answer_with_text() -> None:
    model = Streams()

    assert model.invoke("hi") == ANSWER
    assert asyncio.run(model.ainvoke("hi")) == ANSWER


@pytest.mark.parametrize("model", [SyncStream(), Streams()])
def test_a_model_that_streams_yields_its_tokens_as_plain_text(model: LLM) -> None:
    assert list(model.stream("hi")) == CHUNKS
    assert asyncio.run(collected(model.astream("hi"))) == CHUNKS


@pytest.mark.parametrize("model", [OnlyCall(), OnlyAcall()])
def test_a_model_that_does_not_stream_yields_one_chunk_equal_to_invoke(model: LLM) -> None:
    assert list(model.stream("hi")) == [model.invoke("hi")]
    assert asyncio.run(collected(model.astream("hi"))) == [asyncio.run(model.ainvoke("hi"))]


def test_a_native_ainvoke_is_what_the_fallback_of_astream_uses() -> None:
    assert asyncio.run(collected(OnlyAcall().astream("hi"))) == ["natively hi"]


def test_with_astream_alone_stream_is_the_fallback() -> None:
    model = OnlyAstream()

    assert list(model.stream("hi")) == [ANSWER]
    assert asyncio.run(collected(model.astream("hi"))) == CHUNKS


def test_a_runnable_that_can_only_invoke_has_all_the_other_calls() -> None:
    class Shout(Runnable[str, str]):
        def invoke(self, input: str, config: Any = None, **kwargs: Any) -> str:
            return input.upper()

    shout = Shout()

    assert asyncio.run(shout.ainvoke("hi")) == "HI"
    assert list(shout.stream("hi")) == ["HI"]
    assert asyncio.run(collected(shout.astream("hi"))) == ["HI"]
    assert list(shout.transform(iter(["h", "i"]))) == ["HI"]
    assert shout.batch(["a", "b"]) == ["A", "B"]
    assert asyncio.run(shout.abatch(["a", "b"])) == ["A", "B"]


def test_nothing_happens_before_the_first_next() -> None:
    model = Streams()

    async def call_everything() -> None:
        model.stream("hi"), model.astream("hi"), model.astream_events("hi")
        model.transform(iter(["hi"])), model.bind(stop=["x"]).stream("hi")
        await model.astream("hi").aclose()
        await model.astream_events("hi").aclose()

    model.stream("hi").close()
    asyncio.run(call_everything())

    assert model.heard == []


def test_a_bad_input_is_an_error_of_the_first_next_not_of_the_call() -> None:
    stream, fallback = Streams().stream(42), OnlyCall().stream(42)

    with pytest.raises(ValueError, match="got int"):
        next(stream)
    with pytest.raises(ValueError, match="got int"):
        next(fallback)
    with pytest.raises(ValueError, match="got int"):
        asyncio.run(collected(Streams().astream(42)))


def test_each_token_is_made_when_it_is_asked_for_and_not_before() -> None:
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


def test_tokens_arrive_while_the_model_still_works() -> None:
    gate = threading.Event()

    class Gated(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            yield GenerationChunk(text="before")
            yield GenerationChunk(text=f"gate open: {gate.wait(timeout=5)}")

    async def read() -> list[str]:
        stream = Gated().astream("hi")
        first = await anext(stream)
        gate.set()
        return [first, *[chunk async for chunk in stream]]

    assert asyncio.run(read()) == ["before", "gate open: True"]


@pytest.mark.parametrize("hook", ["_stream", "_call"])
def test_synchronous_code_never_blocks_the_event_loop(hook: str) -> None:
    gate = threading.Event()

    def wait() -> str:
        return f"gate open: {gate.wait(timeout=5)}"

    class Waits(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            return wait()

    class WaitsInStream(Waits):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            yield GenerationChunk(text=wait())

    async def read() -> list[str]:
        model = WaitsInStream() if hook == "_stream" else Waits()
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, gate.set)
        return await collected(model.astream("hi"))

    assert asyncio.run(read()) == ["gate open: True"]


def test_an_exhausted_stream_stays_exhausted() -> None:
    stream = Streams().stream("hi")
    list(stream)

    assert iter(stream) is stream
    assert list(stream) == []


def test_empty_chunks_are_passed_on() -> None:
    assert list(Blanks().stream("hi")) == ["", "a", "", "b", ""]
    assert asyncio.run(collected(Blanks().astream("hi"))) == ["", "a", "", "b", ""]


def test_a_stream_without_any_chunk_is_an_error_though_invoke_works() -> None:
    model = Nothing()

    with pytest.raises(ValueError, match=r"^No generation chunks were returned$"):
        list(model.stream("hi"))
    with pytest.raises(ValueError, match=r"^No generation chunks were returned$"):
        asyncio.run(collected(model.astream("hi")))
    assert model.invoke("hi") == ANSWER


def test_an_error_in_mid_stream_comes_after_the_chunks_that_arrived() -> None:
    stream = Breaks().stream("2")

    assert [next(stream), next(stream)] == ["0 ", "1 "]
    with pytest.raises(ConnectionError, match="the line is cut"):
        next(stream)
    assert list(stream) == []


def test_an_error_in_mid_astream_comes_after_the_chunks_that_arrived() -> None:
    got = []

    async def read() -> None:
        async for chunk in Breaks().astream("2"):
            got.append(chunk)

    with pytest.raises(ConnectionError, match="the line is cut"):
        asyncio.run(read())
    assert got == ["0 ", "1 "]


@pytest.mark.parametrize("model", [Breaks(), CallBreaks()])
def test_an_error_before_the_first_chunk_is_raised_by_the_first_next(model: LLM) -> None:
    with pytest.raises(ConnectionError):
        next(model.stream("0"))
    with pytest.raises(ConnectionError):
        asyncio.run(collected(model.astream("0")))


def test_a_stop_iteration_inside_the_model_is_an_error_and_no_end() -> None:
    class RunsDry(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            return next(iter(()))

    async def invoke_with_a_deadline() -> str:
        return await asyncio.wait_for(RunsDry().ainvoke("hi"), timeout=5)

    with pytest.raises(RuntimeError, match="raised StopIteration"):
        asyncio.run(invoke_with_a_deadline())
    with pytest.raises(RuntimeError, match="raised StopIteration"):
        list(RunsDry().stream("hi"))


def test_a_failed_call_leaves_the_model_usable() -> None:
    model = Breaks()
    with pytest.raises(ConnectionError):
        list(model.stream("1"))

    assert next(model.stream("1")) == "0 "


def test_interleaved_streams_of_one_model_do_not_mix() -> None:
    model = Streams()
    one, two = model.stream("one"), model.stream("two")

    pairs = list(zip(one, two, strict=True))

    assert "".join(chunk for chunk, _ in pairs) == model.invoke("one")
    assert "".join(chunk for _, chunk in pairs) == model.invoke("two")


def test_concurrent_astreams_of_one_model_do_not_mix() -> None:
    model = SyncStream()

    async def read() -> list[list[str]]:
        return await asyncio.gather(*[collected(model.astream(str(number))) for number in range(10)])

    answers = ["".join(chunks) for chunks in asyncio.run(read())]

    assert answers == [model.invoke(str(number)) for number in range(10)]


def test_transform_waits_for_its_whole_input_and_then_streams() -> None:
    model = Streams()

    async def pieces() -> AsyncIterator[str]:
        yield "h"
        yield "i"

    assert list(model.transform(iter(["h", "i"]))) == CHUNKS
    assert asyncio.run(collected(model.atransform(pieces()))) == CHUNKS
    assert list(model.transform(iter(()))) == []


def test_transform_does_not_change_what_it_was_given() -> None:
    class Count(Runnable[list[int], int]):
        def invoke(self, input: list[int], config: Any = None, **kwargs: Any) -> int:
            return len(input)

    pieces = [[1], [2, 3]]

    assert list(Count().transform(iter(pieces))) == [3]
    assert pieces == [[1], [2, 3]]


def test_a_synchronous_generator_keeps_its_thread_and_its_context_under_astream() -> None:
    var = contextvars.ContextVar("var", default="unset")

    class Remembers(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            outside, token = var.get(), var.set("mine")
            yield GenerationChunk(text=outside)
            first_thread = threading.get_ident()
            yield GenerationChunk(text=var.get())
            var.reset(token)
            yield GenerationChunk(text=str(threading.get_ident() == first_thread))

    async def read() -> list[str]:
        var.set("the caller's")
        return await collected(Remembers().astream("hi"))

    assert asyncio.run(read()) == ["the caller's", "mine", "True"]
