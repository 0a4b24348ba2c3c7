"""A stream as the one who reads it sees it: contract sections A and B."""

# ruff: noqa: A002, PERF401  # "input" is the name that callers know; what came before an error must be kept

import asyncio
import contextvars
import threading
import tracemalloc
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from llm_reference import LLM, GenerationChunk, Runnable
from reference.deadline import run
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
    assert run(model.ainvoke("hi")) == ANSWER


@pytest.mark.parametrize("model", [SyncStream(), Streams()])
def test_a_model_that_streams_yields_its_tokens_as_plain_text(model: LLM) -> None:
    assert list(model.stream("hi")) == CHUNKS
    assert run(collected(model.astream("hi"))) == CHUNKS


@pytest.mark.parametrize("model", [OnlyCall(), OnlyAcall()])
def test_a_model_that_does_not_stream_yields_one_chunk_equal_to_invoke(model: LLM) -> None:
    assert list(model.stream("hi")) == [model.invoke("hi")]
    assert run(collected(model.astream("hi"))) == [run(model.ainvoke("hi"))]


def test_a_native_ainvoke_is_what_the_fallback_of_astream_uses() -> None:
    assert run(collected(OnlyAcall().astream("hi"))) == ["natively hi"]


def test_with_astream_alone_stream_is_the_fallback() -> None:
    model = OnlyAstream()

    assert list(model.stream("hi")) == [ANSWER]
    assert run(collected(model.astream("hi"))) == CHUNKS


def test_a_runnable_that_can_only_invoke_has_all_the_other_calls() -> None:
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

    assert model.heard == []


def test_a_bad_input_is_an_error_of_the_first_next_not_of_the_call() -> None:
    stream, fallback = Streams().stream(42), OnlyCall().stream(42)

    with pytest.raises(ValueError, match="got int"):
        next(stream)
    with pytest.raises(ValueError, match="got int"):
        next(fallback)
    with pytest.raises(ValueError, match="got int"):
        run(collected(Streams().astream(42)))


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

    assert run(read()) == ["before", "gate open: True"]


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

    assert run(read()) == ["gate open: True"]


def test_an_exhausted_stream_stays_exhausted() -> None:
    stream = Streams().stream("hi")
    list(stream)

    assert iter(stream) is stream
    assert list(stream) == []


def test_empty_chunks_are_passed_on() -> None:
    assert list(Blanks().stream("hi")) == ["", "a", "", "b", ""]
    assert run(collected(Blanks().astream("hi"))) == ["", "a", "", "b", ""]


def test_a_stream_without_any_chunk_is_an_error_though_invoke_works() -> None:
    model = Nothing()

    with pytest.raises(ValueError, match=r"^No generation chunks were returned$"):
        list(model.stream("hi"))
    with pytest.raises(ValueError, match=r"^No generation chunks were returned$"):
        run(collected(model.astream("hi")))
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
        run(read())
    assert got == ["0 ", "1 "]


@pytest.mark.parametrize("model", [Breaks(), CallBreaks()])
def test_an_error_before_the_first_chunk_is_raised_by_the_first_next(model: LLM) -> None:
    with pytest.raises(ConnectionError):
        next(model.stream("0"))
    with pytest.raises(ConnectionError):
        run(collected(model.astream("0")))


def test_a_stop_iteration_inside_the_model_is_an_error_and_no_end() -> None:
    class RunsDry(OnlyCall):
        def _call(self, prompt: str, *args: Any, **kwargs: Any) -> str:
            return next(iter(()))

    async def invoke_with_a_deadline() -> str:
        return await asyncio.wait_for(RunsDry().ainvoke("hi"), timeout=5)

    with pytest.raises(RuntimeError, match="raised StopIteration"):
        run(invoke_with_a_deadline())
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

    answers = ["".join(chunks) for chunks in run(read())]

    assert answers == [model.invoke(str(number)) for number in range(10)]


def test_transform_waits_for_its_whole_input_and_then_streams() -> None:
    model = Streams()

    async def pieces() -> AsyncIterator[str]:
        yield "h"
        yield "i"

    assert list(model.transform(iter(["h", "i"]))) == CHUNKS
    assert run(collected(model.atransform(pieces()))) == CHUNKS
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

    assert run(read()) == ["the caller's", "mine", "True"]


def test_of_pieces_that_cannot_be_added_the_last_one_counts() -> None:
    class Word(Runnable[dict[str, str], str]):
        def invoke(self, input: dict[str, str], config: Any = None, **kwargs: Any) -> str:
            return input["word"]

    assert list(Word().transform(iter([{"word": "first"}, {"word": "last"}]))) == ["last"]


def test_what_a_later_chunk_does_not_know_stays_as_an_earlier_said() -> None:
    total = GenerationChunk("a", {"finish_reason": "stop", "n": 1}) + GenerationChunk(
        "b", {"finish_reason": None, "n": 2}
    )

    assert total == GenerationChunk("ab", {"finish_reason": "stop", "n": 2})
    assert GenerationChunk("a") + GenerationChunk("b") == GenerationChunk("ab")


def test_a_runnable_that_waits_in_invoke_does_not_block_the_event_loop() -> None:
    gate = threading.Event()

    class Waits(Runnable[str, str]):
        def invoke(self, input: str, config: Any = None, **kwargs: Any) -> str:
            return f"gate open: {gate.wait(timeout=5)}"

    async def read() -> list[str]:
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, gate.set)
        return await collected(Waits().astream("hi"))

    assert run(read()) == ["gate open: True"]


def test_a_long_stream_that_nobody_watches_keeps_nothing() -> None:
    class Talks(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            for number in range(10_000):
                yield GenerationChunk(text=f"{number:1000}")

    tracemalloc.start()
    deque(Talks().stream("hi"), maxlen=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1_000_000
