"""Each step runs in a context of its own, and in the same task."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar

import pytest

from llm_conformance.observe.fresh_context import FreshContexts, InFreshContext, run_in_fresh_context

VAR: ContextVar[int] = ContextVar("var", default=0)


async def tasks() -> AsyncIterator[object]:
    for number in (1, 2):
        VAR.set(number)
        await asyncio.sleep(0)
        yield asyncio.current_task()


async def resets() -> AsyncIterator[int]:
    token = VAR.set(1)
    try:
        yield 1
    finally:
        VAR.reset(token)


def test_a_value_that_a_step_sets_does_not_stay() -> None:
    run_in_fresh_context(VAR.set, 5)

    assert VAR.get() == 0


def test_the_task_stays_the_same() -> None:
    async def main() -> None:
        assert [task async for task in FreshContexts(tasks())] == [asyncio.current_task()] * 2
        assert VAR.get() == 0

    asyncio.run(main())


def test_a_token_is_of_another_context_at_the_end() -> None:
    async def read() -> list[int]:
        return [item async for item in FreshContexts(resets())]

    with pytest.raises(ValueError, match="different Context"):
        asyncio.run(read())


def test_a_token_is_of_another_context_when_a_generator_is_closed() -> None:
    def resets_at_close() -> Iterator[int]:
        token = VAR.set(1)
        try:
            yield 1
        finally:
            VAR.reset(token)

    steps = resets_at_close()
    run_in_fresh_context(next, steps)

    with pytest.raises(ValueError, match="different Context"):
        run_in_fresh_context(steps.close)  # type: ignore[attr-defined]


def test_a_cancellation_reaches_what_is_awaited() -> None:
    seen = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def main() -> None:
        async def consume() -> None:
            await InFreshContext(wait)

        task = asyncio.create_task(consume())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    asyncio.run(main())
    assert seen == ["cancelled"]
