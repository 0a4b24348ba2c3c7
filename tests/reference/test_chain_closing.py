"""Closing a chain early: whatever steps are in between, the model stops and nothing stays open."""

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from llm_reference import (
    PromptTemplate,
    Runnable,
    RunnableGenerator,
    RunnableLambda,
    RunnableParallel,
    RunnablePassthrough,
    StrOutputParser,
)
from reference.deadline import run
from reference.models import AsyncEndless, CallBreaks, Endless, OnlyCall

Chain = Runnable[Any, Any]


def boxes(pieces: Iterator[str]) -> Iterator[dict[str, str]]:
    for piece in pieces:
        yield {"text": piece}


async def aboxes(pieces: AsyncIterator[str]) -> AsyncIterator[dict[str, str]]:
    async for piece in pieces:
        yield {"text": piece}


boxing: Chain = RunnableGenerator(boxes, aboxes)
parser = StrOutputParser()
CHAINS: dict[str, Callable[[Chain], Chain]] = {
    "before a parser": lambda model: model | parser,
    "behind a prompt": lambda model: PromptTemplate.from_template("{q}") | model | parser,
    "before a generator": lambda model: model | boxing,
    "before a passthrough": lambda model: model | RunnablePassthrough(),
    "in a parallel": lambda model: RunnableParallel(a=model, b=OnlyCall()),
    "before a parallel": lambda model: model | RunnableParallel(a=parser, b=boxing),
    "in an assign": lambda model: (lambda q: {"q": q}) | RunnablePassthrough.assign(a=(lambda box: box["q"]) | model),
    "before an assign": lambda model: model | boxing | RunnablePassthrough.assign(n=len),
    "out of a function": lambda model: RunnableLambda(lambda _: model),
    "with retries": lambda model: model.with_retry(),
    "as a fallback": lambda model: CallBreaks().with_fallbacks([model]) | parser,
    "bound": lambda model: (model | parser).with_config(tags=["a"]),
    "deep inside": lambda model: ((model | parser) | RunnablePassthrough()).with_retry() | boxing,
}
each_chain = pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
each_model = pytest.mark.parametrize("model_class", [Endless, AsyncEndless])


def generators_left_open() -> list[str]:
    """Return a list that collects the names of asynchronous generators that are not closed, from now on."""
    names: list[str] = []
    finalizer: Any = sys.get_asyncgen_hooks().finalizer

    def noting(generator: Any) -> None:
        names.append(generator.__qualname__)
        finalizer(generator)

    sys.set_asyncgen_hooks(finalizer=noting)
    return names


@each_chain
def test_a_stream_of_a_chain_closed_early_stops_the_model(chain: Callable[[Chain], Chain]) -> None:
    model, threads = Endless(), threading.active_count()
    stream = chain(model).stream("hi")
    for _ in range(3):
        next(stream)

    stream.close()

    assert 0 < len(model.made) <= 4
    assert len(model.closed) == 1
    assert list(stream) == []
    assert threading.active_count() == threads


@each_model
@each_chain
def test_when_aclose_of_a_chain_returns_the_model_has_stopped(
    chain: Callable[[Chain], Chain], model_class: type[Endless]
) -> None:
    model = model_class()

    async def leave() -> list[str]:
        names = generators_left_open()
        stream = chain(model).astream("hi")
        for _ in range(3):
            await anext(stream)
        await stream.aclose()
        assert len(model.closed) == 1
        gc.collect(1)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        return names

    assert run(leave()) == []


@each_model
@each_chain
@pytest.mark.parametrize("call", ["astream", "astream_events"])
def test_a_break_out_of_a_loop_over_a_chain_stops_the_model_once_the_stream_is_collected(
    call: str, chain: Callable[[Chain], Chain], model_class: type[Endless]
) -> None:
    model, complaints = model_class(), []

    async def leave() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        async for _ in getattr(chain(model), call)("hi"):
            if model.made:
                break
        gc.collect(1)
        async with asyncio.timeout(5):
            while not model.closed or len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110  # there is no event to wait for
                await asyncio.sleep(0)

    run(leave())

    assert len(model.made) < 40
    assert complaints == []


@each_model
@each_chain
def test_cancelling_the_consumer_of_a_chain_stops_the_model(
    chain: Callable[[Chain], Chain], model_class: type[Endless]
) -> None:
    model, enough = model_class(), asyncio.Event()

    async def read() -> None:
        received = 0
        async for _ in chain(model).astream("hi"):
            received += 1
            if received == 3:
                enough.set()

    async def cancel() -> list[str]:
        names = generators_left_open()
        task = asyncio.create_task(read())
        await enough.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
        gc.collect(1)
        async with asyncio.timeout(5):
            while not model.closed or len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110  # the end of a thread cannot be awaited
                await asyncio.sleep(0)
        return names

    assert run(cancel()) == []


@each_model
@each_chain
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_closing_the_events_of_a_chain_stops_the_model(
    version: Any, chain: Callable[[Chain], Chain], model_class: type[Endless]
) -> None:
    model, complaints = model_class(), []

    async def leave() -> list[str]:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        names = generators_left_open()
        events = chain(model).astream_events("hi", version=version)
        async for event in events:
            if event["event"].endswith("_stream") and model.made:
                break
        await events.aclose()
        assert len(model.closed) == 1
        gc.collect(1)
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        return names

    assert run(leave()) == []
    assert complaints == []


def test_a_step_that_ends_early_stops_the_model() -> None:
    def first(pieces: Iterator[str]) -> Iterator[str]:
        yield next(pieces)

    async def afirst(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        yield await anext(pieces)

    async def collect(model: Endless) -> list[str]:
        return [piece async for piece in (model | RunnableGenerator(first, afirst)).astream("hi")]

    model, async_model = Endless(), AsyncEndless()

    assert list((model | RunnableGenerator(first, afirst)).stream("hi")) == ["again "]
    assert run(collect(async_model)) == ["again "]
    assert (model.made, async_model.made) == ([0], [0])
    assert (len(model.closed), async_model.closed) == (1, ["GeneratorExit"])


def test_a_step_that_fails_stops_the_model_before_it() -> None:
    def breaks(pieces: Iterator[str]) -> Iterator[str]:
        yield next(pieces)
        raise ConnectionError("connection lost")

    model = Endless()
    chain: Chain = model | RunnableGenerator(breaks)
    stream = chain.stream("hi")

    assert next(stream) == "again "
    with pytest.raises(ConnectionError):
        next(stream)
    assert len(model.closed) == 1


@each_model
def test_a_branch_that_fails_stops_the_models_of_the_others(model_class: type[Endless]) -> None:
    def breaks(pieces: Iterator[str]) -> Iterator[str]:
        yield next(pieces)
        raise ConnectionError("connection lost")

    async def abreaks(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        yield await anext(pieces)
        raise ConnectionError("connection lost")

    async def drain(parallel: Chain) -> None:
        async for _ in parallel.astream("hi"):
            pass

    model, async_model = Endless(), model_class()
    parallel: Chain = RunnableParallel(a=model, b=RunnableGenerator(breaks))

    with pytest.raises(ConnectionError):
        list(parallel.stream("hi"))
    with pytest.raises(ConnectionError):
        run(drain(RunnableParallel(a=async_model, b=RunnableGenerator(breaks, abreaks))))
    assert (len(model.closed), len(async_model.closed)) == (1, 1)
