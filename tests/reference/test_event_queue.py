"""The queue between the task that produces events and the one that consumes them."""

import asyncio
import threading

from llm_reference.runs.event_queue import LOOK_AHEAD, EventQueue
from reference.deadline import run


def test_the_consumer_gets_all_items_in_order() -> None:
    async def use() -> None:
        box: EventQueue[int] = EventQueue()
        box.put(1)
        box.put(2)

        assert await box.get_all() == [1, 2]

        box.put(3)
        box.close()

        assert await box.get_all() == [3]
        assert await box.get_all() == []

    run(use())


def test_the_consumer_waits_for_an_item() -> None:
    async def use() -> None:
        box: EventQueue[int] = EventQueue()
        asyncio.get_running_loop().call_soon(box.put, 1)

        assert await box.get_all() == [1]

    run(use())


def test_the_producer_waits_until_a_full_queue_is_read() -> None:
    async def use() -> list[str]:
        box: EventQueue[int] = EventQueue()
        order = []

        async def write() -> None:
            for number in range(LOOK_AHEAD):
                assert not box.full
                box.put(number)
            assert box.full
            order.append("full")
            await box.wait_for_space()
            order.append("room again")

        writer = asyncio.create_task(write())
        await asyncio.sleep(0)
        order.append("taken")
        await box.get_all()
        await writer
        return order

    assert run(use()) == ["full", "taken", "room again"]


def test_an_item_from_another_thread_is_appended_by_the_thread_of_the_loop() -> None:
    threads = []

    class Notes(list[int]):
        def append(self, item: int) -> None:
            threads.append(threading.get_ident())
            super().append(item)

    async def use() -> None:
        box: EventQueue[int] = EventQueue()
        box._items = Notes()
        await asyncio.to_thread(box.put, 1)
        assert await box.get_all() == [1]

    run(use())

    assert threads == [threading.get_ident()]
