"""A reader that reads on: what is kept of what it has read, and what it gets when the model fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from langchain_core.messages import AIMessageChunk

from v3_faults.models import START, Model, Native, Runs, av3, awaited, of, turns, v3

_PROJECTIONS = ("text", "reasoning", "tool_calls")


async def retention() -> bool:
    """Every event and every delta is kept to the end, whatever the reader keeps."""
    many = 100
    stream, on_loop = v3(of(*"x" * many, log=[])), await av3(of(*"x" * many, log=[]))
    for _ in stream.text:
        pass
    async for _ in on_loop.text:
        pass
    return all(len(one._events) > many == len(one.text._deltas) for one in (stream, on_loop))


async def no_backpressure() -> bool:
    """On a loop the model runs to its end while its reader has read one event."""
    model = of(*"x" * 100, log=[])
    await anext(aiter(await av3(model)))
    await turns()
    return bool(model.log[-1:] == ["finished"])


def error_event_without_end() -> bool:
    """An `error` event of a hook raises, but its run has no end."""
    runs = Runs()
    stream = v3(Native(events=[START, {"event": "error", "message": "busy"}], log=[]), {"callbacks": [runs]})
    with suppress(RuntimeError):
        return not stream.output
    return runs.ends == ["start"]


def hook_not_run_to_end() -> bool:
    """What a synchronous hook does after its last event is not done when the stream has ended."""
    model = Native(events=[START, {"event": "message-finish"}], log=[])
    return len(list(v3(model))) == len(model.events) and model.log == []


def silent_projection() -> bool:
    """A projection of a model that fails ends without an exception."""
    reads: list[Callable[[Any], Any]] = [list, lambda stream: stream.output, lambda stream: str(stream.text)]
    reads += [partial(_deltas, name=name) for name in _PROJECTIONS]
    return any(_returns(partial(read, v3(Model(chunks=_failing(), log=[])))) for read in reads)


async def silent_async_projection() -> bool:
    """The same on a loop, where each projection can be read and awaited."""
    for name in ("", *_PROJECTIONS, "output"):
        for act in (_read, awaited):
            stream = await av3(Model(chunks=_failing(), log=[]))
            with suppress(ConnectionError):
                await act(getattr(stream, name) if name else stream)
                return True
    return False


def _deltas(stream: Any, *, name: str) -> list[Any]:
    return list(getattr(stream, name))


def _failing() -> Iterator[AIMessageChunk]:
    yield AIMessageChunk(content="a")
    raise ConnectionError("lost")


def _returns(read: Callable[[], Any]) -> bool:
    with suppress(ConnectionError):
        read()
        return True
    return False


async def _read(deltas: Any) -> None:
    async for _ in deltas:
        pass


FAULTS = {
    function.__name__: function
    for function in (
        retention,
        no_backpressure,
        error_event_without_end,
        hook_not_run_to_end,
        silent_projection,
        silent_async_projection,
    )
}
