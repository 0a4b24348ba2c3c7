"""Models with controllable hooks that transform, buffer or bypass them in valid ways."""

import asyncio
import queue
import re
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import Any, ClassVar, final
from weakref import finalize

from llm_reference import GenerationChunk
from llm_reference.aio.closing import aclosing, closing
from llm_zoo.bases.text import TextDefect

__all__ = [
    "AsyncHookReadsThread",
    "AsyncHookUsesSyncHook",
    "CollectsInHook",
    "CollectsOnLoop",
    "EmptyChunksFirst",
    "Final",
    "HookReturnsObject",
    "JoinsWords",
    "LongAnswer",
    "LooksAhead",
    "OneHookChunk",
    "PrefetchesEight",
    "ProbesHook",
    "RejectsSubclasses",
    "SplitsLetters",
    "SplitsLettersAndLooksAhead",
    "SubclassNeedsArgument",
    "WorkerOfInstance",
]

_END: Any = object()


class LongAnswer(TextDefect):
    """Its answer is long enough for read-ahead to be detected."""

    suffix: ClassVar[tuple[str, ...]] = tuple(f" {place}" for place in range(60))


class ChunkTransformer(LongAnswer):
    """The base of models that transform the chunks of their hooks; the base itself changes nothing."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        with closing(super().stream(*args, **kwargs)) as chunks:
            state = self.begin()
            for chunk in chunks:
                yield from self.passed(state, chunk)
            yield from self.rest(state)

    async def astream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[str, None]:
        async with aclosing(super().astream(*args, **kwargs)) as chunks:
            state = self.begin()
            async for chunk in chunks:
                for text in self.passed(state, chunk):
                    yield text
            for text in self.rest(state):
                yield text

    def begin(self) -> list[str]:
        """The initial buffer."""
        return []

    def passed(self, _state: list[str], chunk: str) -> Iterator[str]:
        """The chunks that replace one chunk."""
        yield chunk

    def rest(self, state: list[str]) -> Iterator[str]:
        """The chunks at the end of the stream."""
        yield from state


class LooksAhead(ChunkTransformer):
    """Stays one chunk behind its hook."""

    def passed(self, state: list[str], chunk: str) -> Iterator[str]:
        yield from state
        state[:] = [chunk]


class JoinsWords(ChunkTransformer):
    """Joins four chunks into one."""

    def passed(self, state: list[str], chunk: str) -> Iterator[str]:
        state.append(chunk)
        if len(state) == 4:
            yield "".join(state)
            state.clear()

    def rest(self, state: list[str]) -> Iterator[str]:
        if state:
            yield "".join(state)


class SplitsLetters(ChunkTransformer):
    """Yields letter by letter."""

    def passed(self, _state: list[str], chunk: str) -> Iterator[str]:
        yield from chunk


class SplitsLettersAndLooksAhead(LooksAhead):
    """Yields letter by letter, one chunk behind its hook."""

    def passed(self, state: list[str], chunk: str) -> Iterator[str]:
        for whole in super().passed(state, chunk):
            yield from whole

    def rest(self, state: list[str]) -> Iterator[str]:
        yield from "".join(state)


class OneHookChunk(SplitsLettersAndLooksAhead):
    """Its hook yields one chunk, which it splits into letters."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return ["".join(super()._tokens(prompt, stop))]


class EmptyChunksFirst(TextDefect):
    """Its hook yields a hundred empty chunks first, as a reasoning model does."""

    def _thinking(self) -> list[GenerationChunk]:
        return [GenerationChunk(text="") for _ in range(100)]

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from self._thinking()
        yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in self._thinking():
            yield chunk
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk


class CollectsInHook(LongAnswer):
    """Its hooks buffer everything themselves: from outside, buffering in the hook looks like a slow provider."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from list(super()._stream(*args, **kwargs))

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in [chunk async for chunk in super()._astream(*args, **kwargs)]:
            yield chunk


class CollectsOnLoop(LongAnswer):
    """Its asynchronous hook collects the synchronous one in a thread."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        manager = kwargs.pop("run_manager", None)
        for chunk in await asyncio.to_thread(lambda: list(self._stream(*args, **kwargs))):
            if manager:
                await manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class AsyncHookUsesSyncHook(LongAnswer):
    """Its asynchronous hook reads the synchronous one. The answer is in memory, so that this does not block."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        manager = kwargs.pop("run_manager", None)
        for chunk in self._stream(*args, **kwargs):
            if manager:
                await manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class AsyncHookReadsThread(LongAnswer):
    """Its asynchronous hook reads the synchronous one in a thread, with a bounded queue, and stops the thread."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        manager = kwargs.pop("run_manager", None)
        ready: queue.Queue[Any] = queue.Queue(4)
        left = threading.Event()

        def read() -> None:
            for chunk in self._stream(*args, **kwargs):
                while not left.is_set():
                    try:
                        ready.put(chunk, timeout=0.01)
                        break
                    except queue.Full:
                        continue
                if left.is_set():
                    return
            ready.put(_END)

        threading.Thread(target=read, daemon=True).start()
        try:
            while (chunk := await asyncio.to_thread(ready.get)) is not _END:
                if manager:
                    await manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        finally:
            left.set()


class PrefetchesEight(LongAnswer):
    """Reads the first eight chunks before it yields one: bounded read-ahead is allowed."""

    def stream(self, *args: Any, **kwargs: Any) -> Generator[str, None, None]:
        with closing(super().stream(*args, **kwargs)) as chunks:
            ready = [chunk for _, chunk in zip(range(8), chunks, strict=False)]
            yield from ready
            yield from chunks


class _Reply:
    """An iterator with a further attribute, `status`."""

    def __init__(self, chunks: Iterator[GenerationChunk]) -> None:
        self._chunks = chunks
        self.status = 200

    def __iter__(self) -> Iterator[GenerationChunk]:
        return self

    def __next__(self) -> GenerationChunk:
        return next(self._chunks)

    def close(self) -> None:
        """Close the response."""


class HookReturnsObject(LongAnswer):
    """Its hook returns an object, of which the model reads an attribute besides the chunks."""

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        return _Reply(super()._stream(*args, **kwargs))

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        probe = self._stream(re.sub(r"\W", "", str(args)))
        if probe.status == 200:
            yield from super().stream(*args, **kwargs)


class ProbesHook(LongAnswer):
    """Runs its hook for another prompt first, to test whether the provider is reachable."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        for _ in self._stream("Are you there?"):
            pass
        yield from super().stream(*args, **kwargs)


class RejectsSubclasses(LongAnswer):
    """Its hook raises in a subclass: the model cannot be controlled through its hooks."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if type(self) is not RejectsSubclasses:
            raise TypeError("subclassing is not supported")
        return super()._tokens(prompt, stop)


class SubclassNeedsArgument(LongAnswer):
    """Subclassing needs an argument: the model cannot be controlled through its hooks."""

    def __init_subclass__(cls, *, reason: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.suffix = (reason,)


@final
class Final(LongAnswer):
    """Must not be subclassed."""


class WorkerOfInstance(LongAnswer):
    """Its constructor starts a thread, which ends with the instance."""

    def __init__(self) -> None:
        tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=_work, args=(tasks,), daemon=True).start()
        finalize(self, tasks.put, _END)


def _work(tasks: queue.SimpleQueue[Any]) -> None:
    while (task := tasks.get()) is not _END:
        task()
