"""A cancelled call closes its connection, before its answer and during it."""

import asyncio

import pytest

from reference.deadline import run
from reference.provider.answers import A
from reference.provider.client import a_model
from reference.provider.scripted import HEAD, Scripted, Step, piece, scripted


def test_a_call_that_is_cancelled_before_its_answer_closes_the_connection() -> None:
    async def leave(provider: Scripted) -> None:
        task = asyncio.create_task(a_model(provider).ainvoke("p"))
        await asyncio.to_thread(provider.requested.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with scripted((Step.HOLD,)) as provider:
        run(leave(provider))
        assert provider.disconnected.wait(20)


def test_a_stream_that_is_cancelled_between_two_tokens_closes_the_connection() -> None:
    async def leave(provider: Scripted) -> None:
        chunks = a_model(provider).astream("p")
        assert await anext(chunks) == "a"
        task = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)  # now it waits
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with scripted((HEAD, piece(A), Step.HOLD)) as provider:
        run(leave(provider))
        assert provider.disconnected.wait(20)
