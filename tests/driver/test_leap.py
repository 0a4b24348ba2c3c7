"""The clock of the loop can be put forward."""

import asyncio

from llm_conformance.driver.event_loop import DaemonExecutorLoop

HOUR = 3600.0


def test_a_timeout_that_is_open_is_met() -> None:
    async def pause() -> bool:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, DaemonExecutorLoop)
        try:
            async with asyncio.timeout(HOUR - 1):
                loop.leap(HOUR)
                await asyncio.Event().wait()
        except TimeoutError:
            return True
        return False

    with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
        assert runner.run(pause())


def test_a_timeout_that_starts_later_is_not_met() -> None:
    async def read() -> bool:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, DaemonExecutorLoop)
        loop.leap(HOUR)
        async with asyncio.timeout(HOUR - 1):
            await asyncio.sleep(0)
        return True

    with asyncio.Runner(loop_factory=DaemonExecutorLoop) as runner:
        assert runner.run(read())
