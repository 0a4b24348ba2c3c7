"""A generator function as a step. `test_chain_closing.py` tests closing it early."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import pytest

from llm_reference import (
    AsyncCallbackManagerForChainRun,
    BaseCallbackHandler,
    CallbackManagerForChainRun,
    GenerationChunk,
    Runnable,
    RunnableConfig,
    RunnableGenerator,
)
from reference.deadline import run
from reference.models import OnlyCall, Streams

Chain = Runnable[Any, Any]

CHUNKS = ["You", " said:", " hi", "\n\n", "é🙂"]


async def collected(stream: AsyncIterator[Any]) -> list[Any]:
    return [piece async for piece in stream]


def shout(pieces: Iterator[str]) -> Iterator[str]:
    for piece in pieces:
        yield piece.upper()


async def ashout(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    async for piece in pieces:
        yield piece.upper() + "!"


class Shout:
    """An object that is called like an asynchronous generator function."""

    async def __call__(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        async for piece in ashout(pieces):
            yield piece


def test_pieces_pass_one_by_one() -> None:
    chain: Chain = Streams() | RunnableGenerator(shout, ashout)

    assert list(chain.stream("hi")) == [chunk.upper() for chunk in CHUNKS]
    assert run(collected(chain.astream("hi"))) == [chunk.upper() + "!" for chunk in CHUNKS]


def test_invoke_adds_up_what_it_yields() -> None:
    chain: Chain = Streams() | RunnableGenerator(shout, ashout)

    assert chain.invoke("hi") == "".join(CHUNKS).upper()
    assert run(chain.ainvoke("hi")) == "".join(CHUNKS).upper() + "!"


def test_it_may_yield_more_or_fewer_chunks_than_it_reads() -> None:
    def letters(pieces: Iterator[str]) -> Iterator[str]:
        yield from "".join(pieces)

    def nothing(pieces: Iterator[str]) -> Iterator[str]:
        yield from ()

    more: Chain = RunnableGenerator(letters)
    none: Chain = RunnableGenerator(nothing)

    assert list(more.stream("abc")) == ["a", "b", "c"]
    assert list(none.stream("abc")) == []
    assert none.invoke("abc") is None


def test_it_yields_a_chunk_before_the_model_generates_the_next() -> None:
    journal: list[str] = []

    class Notes(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            for token in "ab":
                journal.append(f"made {token}")
                yield GenerationChunk(text=token)

    chain: Chain = Notes() | RunnableGenerator(shout)
    journal.extend(f"got {piece}" for piece in chain.stream("hi"))

    assert journal == ["made a", "got A", "made b", "got B"]


def test_asynchronous_code_serves_asynchronous_calls_only() -> None:
    for function in (ashout, Shout()):
        step: Chain = RunnableGenerator(function)

        assert run(collected(step.astream("hi"))) == ["HI!"]
        assert run(collected((OnlyCall() | function).astream("hi"))) == ["".join(CHUNKS).upper() + "!"]
        with pytest.raises(NotImplementedError, match="has only asynchronous code: use ainvoke or astream"):
            list(step.stream("hi"))
        with pytest.raises(NotImplementedError, match="has only asynchronous code: use ainvoke or astream"):
            step.invoke("hi")


def test_synchronous_code_serves_synchronous_calls_only() -> None:
    step: Chain = RunnableGenerator(shout)

    assert list(step.stream("hi")) == ["HI"]
    with pytest.raises(NotImplementedError, match="shout has only synchronous code: use invoke or stream"):
        run(collected(step.astream("hi")))
    with pytest.raises(NotImplementedError, match="shout has only synchronous code: use invoke or stream"):
        run(step.ainvoke("hi"))


def test_it_gets_the_arguments_that_it_has_parameters_for() -> None:
    def look(pieces: Iterator[str], config: RunnableConfig, run_manager: CallbackManagerForChainRun) -> Iterator[Any]:
        yield [config["tags"], run_manager.run_id, list(pieces)]

    async def alook(pieces: AsyncIterator[str], run_manager: AsyncCallbackManagerForChainRun) -> AsyncIterator[Any]:
        yield type(run_manager).__name__

    step: Chain = RunnableGenerator(look, alook)
    config: RunnableConfig = {"tags": ["t"], "run_id": UUID(int=7)}

    assert list(step.stream("hi", config)) == [[["t"], UUID(int=7), ["hi"]]]
    assert run(collected(step.astream("hi", config))) == ["AsyncCallbackManagerForChainRun"]


def test_its_nested_calls_belong_to_its_run_from_the_first_chunk_to_the_last() -> None:
    parents = []

    class Notes(BaseCallbackHandler):
        def on_llm_start(self, *args: Any, parent_run_id: UUID | None = None, **kwargs: Any) -> None:
            parents.append(parent_run_id)

    def ask(pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            yield OnlyCall().invoke(piece)
        yield OnlyCall().invoke("at the end")

    async def aask(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        async for piece in pieces:
            yield await OnlyCall().ainvoke(piece)
        yield await OnlyCall().ainvoke("at the end")

    step: Chain = RunnableGenerator(ask, aask)
    config: RunnableConfig = {"run_id": UUID(int=7), "callbacks": [Notes()]}
    for _ in step.stream("hi", config):
        OnlyCall().invoke("between", {"callbacks": [Notes()]})
    run(collected(step.astream("hi", config)))

    own = UUID(int=7)
    assert parents == [own, None, own, None, own, own]


def test_it_keeps_its_context_variables_from_chunk_to_chunk() -> None:
    var = ContextVar("var", default="unset")

    def keep(pieces: Iterator[str]) -> Iterator[str]:
        token = var.set("mine")
        for _ in pieces:
            yield var.get()
        var.reset(token)

    async def akeep(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        token = var.set("mine")
        async for _ in pieces:
            yield var.get()
        var.reset(token)

    chain: Chain = Streams() | RunnableGenerator(keep, akeep)

    assert [(piece, var.get()) for piece in chain.stream("hi")] == [("mine", "unset")] * 5
    assert run(collected(chain.astream("hi"))) == ["mine"] * 5


def test_an_error_comes_after_the_chunks_before_it() -> None:
    def breaks(pieces: Iterator[str]) -> Iterator[str]:
        yield next(pieces)
        raise ConnectionError("connection lost")

    chain: Chain = Streams() | RunnableGenerator(breaks)
    stream = chain.stream("hi")

    assert next(stream) == "You"
    with pytest.raises(ConnectionError, match="connection lost"):
        next(stream)
    assert list(stream) == []


def test_it_may_catch_an_error_of_the_model() -> None:
    class Breaks(OnlyCall):
        def _stream(self, prompt: str, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
            yield GenerationChunk(text="a")
            raise ConnectionError("connection lost")

    def mend(pieces: Iterator[str]) -> Iterator[str]:
        try:
            yield from pieces
        except ConnectionError as error:
            yield f" ({error})"

    chain: Chain = Breaks() | RunnableGenerator(mend)

    assert list(chain.stream("hi")) == ["a", " (connection lost)"]


def test_its_clean_up_runs_when_the_consumer_closes_the_stream() -> None:
    cleaned = []

    async def cleaning(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        try:
            async for piece in pieces:
                yield piece
        finally:
            await asyncio.sleep(0)
            cleaned.append("asynchronously")

    def clean(pieces: Iterator[str]) -> Iterator[str]:
        try:
            yield from pieces
        finally:
            cleaned.append("at once")

    chain: Chain = Streams() | RunnableGenerator(clean, cleaning)

    async def leave() -> None:
        stream = chain.astream("hi")
        await anext(stream)
        await stream.aclose()

    stream = chain.stream("hi")
    next(stream)
    stream.close()
    run(leave())

    assert cleaned == ["at once", "asynchronously"]


@pytest.mark.parametrize("thing", [3, None, len, str.upper])
def test_a_plain_function_is_rejected_by_the_constructor(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a generator function, got .*; see RunnableLambda"):
        RunnableGenerator(thing)
