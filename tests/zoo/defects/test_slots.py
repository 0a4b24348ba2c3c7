"""Each defect is present, shown without the suite. Here: slots that a stream keeps."""

import asyncio
from typing import Any

import pytest

from llm_conformance.simulator import Simulator
from llm_zoo.slots import ConnectionSlotKept, SlotKeptAfterBreak, SlotKeptByClosedStream
from zoo.callers import PROMPT, WORDS, astreamed
from zoo.scripts import Words


@pytest.fixture(autouse=True)
def two_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llm_zoo.slots._SLOTS", 2)
    monkeypatch.setattr("llm_zoo.slots._CONNECTIONS", 2)


def leave_two(model: Any, *, close: bool) -> None:
    async def read() -> None:
        for _ in range(2):
            stream = model.astream(PROMPT)
            async for _chunk in stream:
                break
            if close:
                await stream.aclose()
            del stream
            await asyncio.sleep(0)

    asyncio.run(read())


def test_a_closed_stream_keeps_its_slot() -> None:
    model = SlotKeptByClosedStream(script=Words())
    assert [astreamed(model) for _ in range(3)] == [WORDS] * 3
    leave_two(model, close=True)

    with pytest.raises(RuntimeError, match="too many requests"):
        astreamed(model)


def test_a_stream_left_by_break_keeps_its_slot() -> None:
    model = SlotKeptAfterBreak(script=Words())
    leave_two(model, close=True)
    assert astreamed(model) == WORDS
    leave_two(model, close=False)

    with pytest.raises(RuntimeError, match="too many requests"):
        astreamed(model)


def test_a_closed_stream_of_an_adapter_counts_for_ever() -> None:
    with Simulator() as simulator:
        model = ConnectionSlotKept(url=simulator.play(WORDS).url)
        leave_two(model, close=True)

        with pytest.raises(RuntimeError, match="2 connections are open"):
            astreamed(model)
