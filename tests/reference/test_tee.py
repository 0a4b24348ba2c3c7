"""One iterator for several readers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from llm_reference.aio.tee import atee, tee
from reference.deadline import run


def two_and_an_error() -> Iterator[int]:
    yield 1
    yield 2
    raise ConnectionError("connection lost")


async def atwo_and_an_error() -> AsyncIterator[int]:
    for piece in (1, 2):
        await asyncio.sleep(0)
        yield piece
    raise ConnectionError("connection lost")


def test_every_reader_gets_every_item_at_its_own_pace() -> None:
    fast, slow = tee(iter("abc"), 2)

    assert next(fast) + next(fast) == "ab"
    assert next(slow) == "a"
    assert list(fast) == ["c"]
    assert list(slow) == ["b", "c"]


def test_nothing_is_fetched_before_a_reader_wants_it() -> None:
    source = iter("abc")
    first, _ = tee(source, 2)

    next(first)

    assert list(source) == ["b", "c"]


def test_readers_in_threads_get_every_item_once() -> None:
    with ThreadPoolExecutor(4) as threads:
        read = threads.map(lambda reader: [*reader], tee(iter(range(1000)), 4))

    assert [*read] == [list(range(1000))] * 4


def test_readers_in_tasks_get_every_item_once() -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(100):
            await asyncio.sleep(0)
            yield number

    async def collect(reader: AsyncIterator[int]) -> list[int]:
        return [number async for number in reader]

    async def read() -> list[list[int]]:
        return await asyncio.gather(*map(collect, atee(numbers(), 4)))

    assert run(read()) == [list(range(100))] * 4


def test_every_reader_raises_the_error() -> None:
    for reader in tee(two_and_an_error(), 2):
        assert [next(reader), next(reader)] == [1, 2]
        with pytest.raises(ConnectionError, match="connection lost"):
            next(reader)
        assert list(reader) == []


def test_every_reader_in_a_task_raises_the_error() -> None:
    async def read() -> None:
        for reader in atee(atwo_and_an_error(), 2):
            assert [await anext(reader), await anext(reader)] == [1, 2]
            with pytest.raises(ConnectionError, match="connection lost"):
                await anext(reader)

    run(read())
