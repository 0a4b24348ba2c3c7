"""Scripted models that buffer, retry, lock or use threads in valid ways."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

import asyncio
import gc
import re
import threading
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from typing import Any, ClassVar

from langchain_core.outputs import GenerationChunk

from zoo.conforming.scripted import Both, CallOnly, Plain, SyncOnly

__all__ = [
    "EmptyChunks",
    "Impatient",
    "InThread",
    "Lines",
    "Locked",
    "LogProbabilities",
    "LooksAhead",
    "OneCallOfAProcess",
    "PlainQueue",
    "Pooled",
    "ReportsItsEnd",
    "RetriesFirstToken",
    "Slow",
    "SometimesLeftToGc",
    "Warns",
    "Words",
    "WrapsErrors",
]


class _Joining(Both):
    """Joins tokens into larger chunks; buffered text is yielded at the end."""

    def joined(self, pending: str) -> list[str]:
        """The text in chunks; the last one stays in the buffer."""
        raise NotImplementedError

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        pending, started = "", False
        for text in self.script.play(prompt, stop):
            *ready, pending = self.joined(pending + text)
            started = True
            yield from (GenerationChunk(text=piece) for piece in ready)
        if pending or not started:
            yield GenerationChunk(text=pending)

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        pending, started = "", False
        async for text in self.script.aplay(prompt, stop):
            *ready, pending = self.joined(pending + text)
            started = True
            for piece in ready:
                yield GenerationChunk(text=piece)
        if pending or not started:
            yield GenerationChunk(text=pending)


class Words(_Joining):
    """Joins tokens into words: chunk borders are free."""

    def joined(self, pending: str) -> list[str]:
        return re.split(r"(?<=\S)(?=\s)", pending)


class LogProbabilities(Both):
    """Attaches log probabilities to each token. langchain-core keeps them to the end: memory grows, as it must."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            yield self._with_logprobs(chunk)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield self._with_logprobs(chunk)

    def _with_logprobs(self, chunk: GenerationChunk) -> GenerationChunk:
        return GenerationChunk(text=chunk.text, generation_info={"logprobs": [{"token": chunk.text, "logprob": -0.5}]})


class Lines(_Joining):
    """Joins tokens into lines: chunk borders are free."""

    def joined(self, pending: str) -> list[str]:
        return re.split(r"(?<=\n)", pending)


class LooksAhead(Both):
    """Stays one chunk behind its tokens."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        pending = None
        for chunk in super()._stream(*args, **kwargs):
            if pending is not None:
                yield pending
            pending = chunk
        if pending is not None:
            yield pending

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        pending = None
        async for chunk in super()._astream(*args, **kwargs):
            if pending is not None:
                yield pending
            pending = chunk
        if pending is not None:
            yield pending


class EmptyChunks(Both):
    """Yields empty chunks around its tokens, the first before it starts the script."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="")
        for chunk in super()._stream(*args, **kwargs):
            yield from (chunk, GenerationChunk(text=""))


class Slow(SyncOnly):
    """Waits 2 ms before each answer."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        time.sleep(0.002)
        yield from super()._stream(*args, **kwargs)


class Warns(Both):
    """Emits a deprecation warning for each token."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            warnings.warn(f"{chunk.text!r} by a method that is deprecated" + "; see there" * 9, stacklevel=2)
            yield chunk


class Locked(SyncOnly):
    """Serves one `invoke()` call after the other, as a local model does."""

    lock: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lock = threading.Lock()

    def _call(self, *args: Any, **kwargs: Any) -> str:
        with self.lock:
            return super()._call(*args, **kwargs)


class WrapsErrors(Both):
    """Raises its own error with the original as its cause."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except RuntimeError as error:
            raise ConnectionError("no provider") from error

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except RuntimeError as error:
            raise ConnectionError("no provider") from error


class RetriesFirstToken(Both):
    """Retries a request that fails before its first token."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        started = False
        try:
            for chunk in super()._stream(*args, **kwargs):
                started = True
                yield chunk
        except RuntimeError:
            if started:
                raise
            yield from super()._stream(*args, **kwargs)


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
