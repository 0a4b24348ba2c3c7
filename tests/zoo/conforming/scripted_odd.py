"""Odd but valid models that take their text from a script: what is held in hand must not be accused of its habits."""

# ruff: noqa: A002  # callers know the first parameter as "input"

import asyncio
import re
import threading
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Queue
from typing import Any, ClassVar

from langchain_core.outputs import GenerationChunk

from zoo.conforming.scripted import Both, Plain, SyncOnly

__all__ = [
    "AsksTwice",
    "Blank",
    "InThread",
    "Knots",
    "Lines",
    "Locked",
    "LogProbabilities",
    "LooksAhead",
    "PlainQueue",
    "Pooled",
    "Slow",
    "Warns",
    "Words",
    "Wraps",
]


class _Joining(Both):
    """Makes larger pieces of its tokens; what is left comes at the end, also before an error."""

    def joined(self, held: str) -> list[str]:
        """Pieces, the last of which is held back."""
        raise NotImplementedError

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        held, many = "", False
        for text in self.script.play(prompt, stop):
            *ready, held = self.joined(held + text)
            many = True
            yield from (GenerationChunk(text=piece) for piece in ready)
        if held or not many:
            yield GenerationChunk(text=held)

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        held, many = "", False
        async for text in self.script.aplay(prompt, stop):
            *ready, held = self.joined(held + text)
            many = True
            for piece in ready:
                yield GenerationChunk(text=piece)
        if held or not many:
            yield GenerationChunk(text=held)


class Words(_Joining):
    """Merges tokens into words."""

    def joined(self, held: str) -> list[str]:
        return re.split(r"(?<=\S)(?=\s)", held)


class LogProbabilities(Both):
    """Tells the log probability of each token, and langchain-core keeps them all to the end."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            yield self._informed(chunk)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield self._informed(chunk)

    def _informed(self, chunk: GenerationChunk) -> GenerationChunk:
        return GenerationChunk(text=chunk.text, generation_info={"logprobs": [{"token": chunk.text, "logprob": -0.5}]})


class Lines(_Joining):
    """Merges tokens into lines."""

    def joined(self, held: str) -> list[str]:
        return re.split(r"(?<=\n)", held)


class LooksAhead(Both):
    """Gives a chunk when it knows the next one."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        held = None
        for chunk in super()._stream(*args, **kwargs):
            if held is not None:
                yield held
            held = chunk
        if held is not None:
            yield held

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        held = None
        async for chunk in super()._astream(*args, **kwargs):
            if held is not None:
                yield held
            held = chunk
        if held is not None:
            yield held


class Blank(Both):
    """Has empty chunks around its tokens, one of them before it has asked for any."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield GenerationChunk(text="")
        for chunk in super()._stream(*args, **kwargs):
            yield from (chunk, GenerationChunk(text=""))


class Slow(SyncOnly):
    """Takes its time before it answers."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        time.sleep(0.002)
        yield from super()._stream(*args, **kwargs)


class Warns(Both):
    """Calls something deprecated for each token."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            warnings.warn(f"{chunk.text!r} by a method that is deprecated" + "; see there" * 9, stacklevel=2)
            yield chunk


class Locked(SyncOnly):
    """A local model: it serves one prompt after the other."""

    lock: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lock = threading.Lock()

    def _call(self, *args: Any, **kwargs: Any) -> str:
        with self.lock:
            return super()._call(*args, **kwargs)


class Wraps(Both):
    """Raises errors of its own, with the cause."""

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


class AsksTwice(Both):
    """Asks once more where the first request failed before it gave anything."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        given = False
        try:
            for chunk in super()._stream(*args, **kwargs):
                given = True
                yield chunk
        except RuntimeError:
            if given:
                raise
            yield from super()._stream(*args, **kwargs)


class InThread(Both):
    """Reads in a thread, a few tokens ahead, and stops when nobody reads."""

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


class Knots(Both):
    """Every other stream that is closed is left to the collector of garbage: an accident, as a busy machine has it."""

    closings: ClassVar[int] = 0

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        tokens = super()._stream(*args, **kwargs)
        try:
            # Not by "yield from", which would pass the close on.
            for chunk in tokens:  # noqa: UP028
                yield chunk
        except GeneratorExit:
            Knots.closings += 1
            if Knots.closings % 2:
                knot: list[Any] = [tokens]
                knot.append(knot)
            raise


class Pooled(Both):
    """Answers asynchronous callers from threads that it keeps."""

    pool: Any = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool = ThreadPoolExecutor(4)

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return await asyncio.wrap_future(self.pool.submit(self._call, *args, **kwargs))


class PlainQueue(Plain):
    """A task reads for the consumer, and is ended with it."""

    async def astream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> AsyncIterator[str]:
        ready: asyncio.Queue[Any] = asyncio.Queue(2)

        async def read() -> None:
            try:
                async for text in self._script.aplay(input, stop):
                    await ready.put(text)
                await ready.put(None)
            except Exception as error:  # noqa: BLE001 - raised by whoever reads
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
