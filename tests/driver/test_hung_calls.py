"""Calls that hang: where they hang, and what becomes of them."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from llm_conformance.driver.driver import Driver
from llm_conformance.observe.gc_pause import gc_paused


def never() -> None:
    threading.Event().wait()


async def anever() -> None:
    await asyncio.Event().wait()


async def tokens_of_a_stuck_stream() -> AsyncIterator[str]:
    yield "a"
    await asyncio.Event().wait()


def test_a_hung_call_is_reported_with_its_location(short_timeout: Driver) -> None:
    hung = short_timeout.call(never).hung

    assert hung is not None
    assert hung.location.endswith("in never")


def test_a_hung_task_is_reported_with_its_location(short_timeout: Driver) -> None:
    hung = short_timeout.acall(anever).hung

    assert hung is not None
    assert hung.location.endswith("in anever")
    assert not hung.blocks_loop


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which threads compute")
@pytest.mark.parametrize("on_loop", [False, True])
def test_a_call_that_computes_without_end_is_stopped(short_timeout: Driver, on_loop: bool) -> None:  # noqa: FBT001
    ended = threading.Event()

    def compute() -> None:
        try:
            while True:
                pass
        finally:
            ended.set()

    async def acompute() -> None:
        compute()

    hung = (short_timeout.acall(acompute) if on_loop else short_timeout.call(compute)).hung

    assert hung is not None
    assert ended.is_set()
    assert short_timeout.acall(anothing).hung is None


async def anothing() -> None:
    """Ends at once."""


def test_a_call_that_waits_is_not_stopped(short_timeout: Driver) -> None:
    ended, may_end = threading.Event(), threading.Event()

    def wait() -> None:
        with suppress(BaseException):
            may_end.wait()
            ended.set()

    assert short_timeout.call(wait).hung is not None
    may_end.set()

    assert ended.wait(10)


def test_a_call_that_stands_on_the_loop_blocks_it(short_timeout: Driver) -> None:
    async def act() -> None:
        never()

    hung = short_timeout.acall(act).hung

    assert hung is not None
    assert hung.blocks_loop


def test_a_hung_asynchronous_generator_is_reported_with_its_location(short_timeout: Driver) -> None:
    async def act() -> None:
        async for _ in tokens_of_a_stuck_stream():
            pass

    hung = short_timeout.acall(act).hung

    assert hung is not None
    assert hung.location.endswith("in tokens_of_a_stuck_stream")


def test_a_hung_thread_that_a_task_waits_for_is_reported_with_its_location(short_timeout: Driver) -> None:
    async def act() -> None:
        await asyncio.get_running_loop().run_in_executor(None, never)

    hung = short_timeout.acall(act).hung

    assert hung is not None
    assert hung.location.endswith("in never")


def test_a_blocked_loop_is_abandoned_and_replaced(short_timeout: Driver) -> None:
    before = short_timeout.loop

    async def block() -> None:
        never()

    blocked = short_timeout.acall(block)
    after = short_timeout.acall(lambda: asyncio.sleep(0))

    assert blocked.hung is not None
    assert blocked.hung.location.endswith("in never")
    assert (after.raised, after.hung) == (None, None)
    assert short_timeout.loop is not before


def test_the_loop_survives_a_task_that_can_be_cancelled(short_timeout: Driver) -> None:
    before = short_timeout.loop

    short_timeout.acall(anever)

    assert short_timeout.loop is before


def test_a_call_that_hangs_with_the_collector_disabled_enables_it(short_timeout: Driver) -> None:
    def act() -> None:
        with gc_paused():
            never()

    hung = short_timeout.call(act).hung

    assert hung is not None
    assert gc.isenabled()
