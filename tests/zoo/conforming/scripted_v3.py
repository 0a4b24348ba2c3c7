"""Chat models that speak version v3 in an unusual way, and rightly."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_zoo.bases.scripted_v3 import ScriptedV3
from llm_zoo.bases.v3_stream import AsyncV3Stream, V3Stream
from zoo.conforming.scripted import ChatBoth

__all__ = ["HandsOn", "NativeHooks", "bounded_task", "empty_deltas", "without_close"]


class NativeHooks(ChatBoth):
    """Yields events to langchain-core by hooks of its own; what langchain-core does with them is not its doing."""

    def _stream_chat_model_events(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[Any]:
        yield from ScriptedV3(script=self.script)._events(str(messages[-1].content), stop)

    async def _astream_chat_model_events(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[Any]:
        async for event in ScriptedV3(script=self.script)._aevents(str(messages[-1].content), stop):
            yield event


class HandsOn(ChatBoth):
    """Adds a tag to the config, and leaves the rest to langchain-core."""

    def stream_events(self, question: Any, config: Any = None, **more: Any) -> Any:  # type: ignore[override]
        upwards: Any = super()
        return upwards.stream_events(question, _tagged(config), **more)

    def astream_events(self, question: Any, config: Any = None, **more: Any) -> Any:  # type: ignore[override]
        upwards: Any = super()
        return upwards.astream_events(question, _tagged(config), **more)


def _tagged(config: Any) -> Any:
    return {**(config or {}), "tags": [*((config or {}).get("tags") or ()), "acme"]}


class WithoutClose(ScriptedV3):
    """Its synchronous streams cannot be closed, and are in a cycle of references: the collector closes the model."""

    def _stream_of(self, prompt: str, stop: Any) -> Any:
        return _Unclosable(self._events(prompt, stop))


class _Unclosable(V3Stream):
    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.again = self.__iter__

    @property
    def close(self) -> Any:
        raise AttributeError("close")


class BoundedTask(ScriptedV3):
    """A task reads a few events ahead, and stops when the stream is closed or dropped."""

    def _astream_of(self, prompt: str, stop: Any) -> Any:
        return _Bounded(self._aevents(prompt, stop))


class _Bounded(AsyncV3Stream):
    def __init__(self, source: Any) -> None:
        super().__init__(_Ahead(source))

    def __del__(self) -> None:
        self._source.stop()


class _Ahead:
    def __init__(self, source: Any) -> None:
        self._source = source
        self._ready: asyncio.Queue[Any] = asyncio.Queue(4)
        self._task: asyncio.Task[None] | None = None

    async def __anext__(self) -> Any:
        if self._task is None:
            self._task = asyncio.create_task(_pump(self._source, self._ready))
        while self._ready.empty() and not self._task.done():
            waiting = asyncio.create_task(self._ready.get())
            try:
                await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not waiting.done():
                    waiting.cancel()
            if waiting.done():
                return waiting.result()
        if not self._ready.empty():
            return self._ready.get_nowait()
        self._task.result()
        raise StopAsyncIteration

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def aclose(self) -> None:
        self.stop()
        if self._task is not None:
            await asyncio.wait({self._task})


async def _pump(source: Any, ready: asyncio.Queue[Any]) -> None:
    async for event in source:
        await ready.put(event)


class EmptyDeltas(ScriptedV3):
    """A delta without text before each of the others."""

    def _events(self, *args: Any) -> Iterator[Any]:
        for event in super()._events(*args):
            yield from _after_an_empty_one(event)

    async def _aevents(self, *args: Any) -> Any:
        async for event in super()._aevents(*args):
            for one in _after_an_empty_one(event):
                yield one


def _after_an_empty_one(event: Any) -> Iterator[Any]:
    if event.get("delta", {}).get("type") == "text-delta":
        yield {**event, "delta": {**event["delta"], "text": ""}}
    yield event


def without_close(script: Any) -> Any:
    """Streams that can only be dropped."""
    return WithoutClose(script=script)


def bounded_task(script: Any) -> Any:
    """Streams that are read ahead."""
    return BoundedTask(script=script)


def empty_deltas(script: Any) -> Any:
    """Streams with deltas that add nothing."""
    return EmptyDeltas(script=script)
