"""A reader that leaves before the answer is whole."""

from __future__ import annotations

import asyncio
import gc

from v3_faults.models import Runs, av3, awaited, of, runs_on, turns, v3


async def cancelled_reader() -> bool:
    """The task that reads is cancelled, and the model runs on."""
    model = of("a", "b", gate=asyncio.Event(), log=[])
    stream = await av3(model)

    async def read() -> None:
        async for _ in stream:
            pass

    task = asyncio.create_task(read())
    await turns()
    task.cancel()
    await asyncio.wait({task})
    return task.cancelled() and await runs_on(model)


async def cancelled_awaiter() -> bool:
    """The task that awaits the whole message is cancelled, and the model runs on."""
    model = of("a", "b", gate=asyncio.Event(), log=[])
    stream = await av3(model)
    task = asyncio.create_task(awaited(stream))
    await turns()
    task.cancel()
    await asyncio.wait({task})
    return task.cancelled() and await runs_on(model)


async def left_by_break() -> bool:
    """The reader leaves by `break` and keeps no reference, and the model runs on."""
    model = of("a", "b", gate=asyncio.Event(), log=[])
    async for _ in await av3(model):
        break
    return await runs_on(model)


async def dropped_stream() -> bool:
    """Stream and iterator are dropped after one delta of the text, and the model runs on."""
    model = of("a", "b", gate=asyncio.Event(), log=[])
    stream = await av3(model)
    deltas = aiter(stream.text)
    await anext(deltas)
    del stream, deltas
    return await runs_on(model)


def sync_without_close() -> bool:
    """A synchronous stream cannot be closed: no `close()`, no `with`; the collector closes the model."""
    model = of("a", "b", log=[])
    stream = v3(model)
    next(iter(stream.text))
    closes = hasattr(stream, "close") or hasattr(stream, "__exit__")
    collecting = gc.isenabled()
    gc.disable()
    del stream
    kept = "closed" not in model.log
    if collecting:
        gc.enable()
    gc.collect()
    return not closes and kept and model.log[-1:] == ["closed"]


def left_run_without_end() -> bool:
    """The run of a synchronous stream that is left has a start and never an end, also after it is collected."""
    runs, model = Runs(), of("a", "b", log=[])
    stream = v3(model, {"callbacks": [runs]})
    next(iter(stream))
    del stream
    gc.collect()
    return model.log[-1:] == ["closed"] and runs.ends == ["start"]


async def closed_unread() -> bool:
    """Closing a stream that was never read starts its run, and reports it as failed."""
    runs = Runs()
    stream = await av3(of("a", log=[]), {"callbacks": [runs]})
    await stream.aclose()
    return runs.ends == ["start", "error"]


async def closed_beside_reader() -> bool:
    """When a stream is closed, a task that waits for its message ends as if that task had been cancelled."""
    stream = await av3(of("a", "b", gate=asyncio.Event(), log=[]))
    task = asyncio.create_task(awaited(stream))
    await turns()
    await stream.aclose()
    await asyncio.wait({task})
    return task.cancelled()


FAULTS = {
    function.__name__: function
    for function in (
        cancelled_reader,
        cancelled_awaiter,
        left_by_break,
        dropped_stream,
        sync_without_close,
        left_run_without_end,
        closed_unread,
        closed_beside_reader,
    )
}
