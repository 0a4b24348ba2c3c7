"""Scripted models with threads, locks, pools and sessions, in valid ways."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from typing import Any, ClassVar

from langchain_core.outputs import GenerationChunk

from zoo.conforming.scripted import Both, CallOnly, Plain, SyncOnly

__all__ = [
    "Impatient",
    "InThread",
    "Locked",
    "OneCallOfAProcess",
    "PlainQueue",
    "Pooled",
    "ReportsItsEnd",
    "SometimesLeftToGc",
]


class Locked(SyncOnly):
    """Serves one `invoke()` call after the other, as a local model does."""

    lock: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lock = threading.Lock()

    def _call(self, *args: Any, **kwargs: Any) -> str:
        with self.lock:
            return super()._call(*args, **kwargs)


class InThread(Both):
    """Reads in a thread, at most four tokens ahead, and stops when the consumer leaves."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        ready: Queue[Any] = Queue()
        room, left = threading.Semaphore(4), threading.Event()

        def read() -> None:
            try:
                for text in self.script.play(prompt, stop):
                    room.acquire()
                    if left.is_set():
                        return
                    ready.put(text)
                ready.put(None)
            except RuntimeError as error:
                ready.put(error)

        threading.Thread(target=read, daemon=True).start()
        try:
            while (item := ready.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                room.release()
                yield GenerationChunk(text=item)
        finally:
            left.set()
            room.release()


class SometimesLeftToGc(Both):
    """Leaves every other closed stream to garbage collection, as it happens by chance on a busy machine."""

    closings: ClassVar[int] = 0

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        tokens = super()._stream(*args, **kwargs)
        try:
            # Not "yield from": it would close the tokens as well.
            for chunk in tokens:  # noqa: UP028
                yield chunk
        except GeneratorExit:
            SometimesLeftToGc.closings += 1
            if SometimesLeftToGc.closings % 2:
                cycle: list[Any] = [tokens]
                cycle.append(cycle)
            raise


class _Session:
    """A session of an HTTP client. Like aiohttp's, it tells its event loop if it is collected before it is closed."""

    loop: Any = None

    def __init__(self) -> None:
        self.cycle = self

    def __del__(self) -> None:
        if self.loop is not None:
            self.loop.call_exception_handler({"message": "Unclosed client session"})


class ReportsItsEnd(Both):
    """Has a session for all its calls, which ends with the model."""

    session: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session = _Session()

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        self.session.loop = asyncio.get_running_loop()
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        finally:
            gc.collect()


class Pooled(Both):
    """Serves `ainvoke()` from threads of a pool that it keeps."""

    pool: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool = ThreadPoolExecutor(4)

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return await asyncio.wrap_future(self.pool.submit(self._call, *args, **kwargs))


class PlainQueue(Plain):
    """A background task reads for the consumer, and is cancelled with the stream."""

    async def astream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> AsyncIterator[str]:
        ready: asyncio.Queue[Any] = asyncio.Queue(2)

        async def read() -> None:
            try:
                async for text in self._script.aplay(input, stop):
                    await ready.put(text)
                await ready.put(None)
            except Exception as error:  # noqa: BLE001 - raised to the consumer
                await ready.put(error)

        task = asyncio.create_task(read())
        try:
            while (item := await ready.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class OneCallOfAProcess(CallOnly):
    """A runtime that makes one answer at a time in the whole process, and does not stream."""

    _lock: ClassVar[threading.Lock] = threading.Lock()

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        with self._lock:
            return super()._call(prompt, stop, run_manager, **kwargs)


class Impatient(SyncOnly):
    """Its client gives up when forty of its requests wait, as one with a read timeout does on a busy machine."""

    _waiting: ClassVar[set[int]] = set()

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        me = threading.get_ident()
        tokens = self.script.play(prompt, stop)
        while True:
            self._waiting.add(me)
            try:
                if len(self._waiting) > 40:
                    raise TimeoutError("no bytes within the read timeout")
                text = next(tokens, None)
            finally:
                self._waiting.discard(me)
            if text is None:
                return
            yield GenerationChunk(text=text)
