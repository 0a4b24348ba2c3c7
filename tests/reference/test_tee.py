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
    raise ConnectionError("the line is cut")


async def atwo_and_an_error() -> AsyncIterator[int]:
    for piece in (1, 2):
        await asyncio.sleep(0)
        yield piece
    raise ConnectionError("the line is cut")


def test_every_reader_gets_every_piece_at_its_own_pace() -> None:
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


def test_readers_in_threads_miss_nothing_and_get_nothing_twice() -> None:
    with ThreadPoolExecutor(4) as threads:
        read = threads.map(lambda reader: [*reader], tee(iter(range(1000)), 4))

    assert [*read] == [list(range(1000))] * 4


def test_readers_in_tasks_miss_nothing_and_get_nothing_twice() -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(100):
            await asyncio.sleep(0)
            yield number

    async def collect(reader: AsyncIterator[int]) -> list[int]:
        return [number async for number in reader]

    async def read() -> list[list[int]]:
        return await asyncio.gather(*map(collect, atee(numbers(), 4)))

    assert run(read()) == [list(range(100))] * 4


def test_an_error_is_every_readers_and_no_end() -> None:
    for reader in tee(two_and_an_error(), 2):
        assert [next(reader), next(reader)] == [1, 2]
        with pytest.raises(ConnectionError, match="the line is cut"):
            next(reader)
        assert list(reader) == []


def test_an_error_is_every_readers_and_no_end_in_tasks() -> None:
    async def read() -> None:
        for reader in atee(atwo_and_an_error(), 2):
            assert [await anext(reader), await anext(reader)] == [1, 2]
            with pytest.raises(ConnectionError, match="the line is cut"):
                await anext(reader)

    run(read())
