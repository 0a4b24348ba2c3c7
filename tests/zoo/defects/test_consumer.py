"""Each defect is present, shown without the suite. Here: slow consumers, and contexts."""

import asyncio
import time
from contextvars import copy_context
from typing import Any

import pytest

from llm_zoo.consumer import ContextTokenResetAtEnd, FullQueueDrops, QueueTimeoutDrops, TimeoutAroundYields
from zoo.callers import PROMPT, astreamed
from zoo.scripts import Words


def read_after_a_pause(model: Any, pause: Any) -> list[str]:
    async def read() -> list[str]:
        stream = model.astream(PROMPT)
        first = await anext(stream)
        await pause()
        return [first, *[chunk async for chunk in stream]]

    return asyncio.run(read())


def test_a_full_queue_drops_what_a_slow_consumer_does_not_take() -> None:
    words = [f"{place} " for place in range(300)]

    async def pause() -> None:
        for _ in range(len(words)):
            await asyncio.sleep(0)

    assert astreamed(FullQueueDrops(script=Words(words))) == words
    assert read_after_a_pause(FullQueueDrops(script=Words(words)), pause) == words[:129]


def test_a_full_queue_drops_what_a_consumer_does_not_take_in_time() -> None:
    words = [f"{place} " for place in range(9)]
    slow = QueueTimeoutDrops(script=Words(words)).stream(PROMPT)

    first = next(slow)
    time.sleep(0.5)
    later = list(slow)

    assert list(QueueTimeoutDrops(script=Words(words)).stream(PROMPT)) == words
    assert [first, *later][:2] == words[:2]
    assert len(later) < len(words) - 1


def test_a_timeout_counts_the_time_of_the_consumer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llm_zoo.consumer._SECONDS", 0)

    async def pause() -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        read_after_a_pause(TimeoutAroundYields(script=Words()), pause)


def test_a_token_is_reset_in_another_context() -> None:
    stream = ContextTokenResetAtEnd().stream(PROMPT)

    copy_context().run(next, stream)

    with pytest.raises(ValueError, match="different Context"):
        copy_context().run(stream.close)
