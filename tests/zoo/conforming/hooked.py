"""Odd but valid models whose hooks can be held: what they do between hook and consumer must not be accused."""

import asyncio
import queue
import re
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import Any, ClassVar, final

from llm_reference import GenerationChunk
from llm_reference.aio.closing import aclosing, closing
from llm_zoo.bases.text import TextDefect

__all__ = [
    "AsksAside",
    "CollectsInHook",
    "CollectsOnLoop",
    "CountsItsClasses",
    "DrivesItsThread",
    "Final",
    "FirstPrefetches",
    "HookOfItsOwn",
    "HookTakesAnother",
    "JoinsWords",
    "KeepsItsThoughts",
    "LooksAhead",
    "Particular",
    "SaysItAtOnce",
    "Spells",
    "SpellsAndLooksAhead",
    "Wordy",
]

_END: Any = object()


class Wordy(TextDefect):
    """Has so much to say that reading ahead shows."""

    suffix: ClassVar[tuple[str, ...]] = tuple(f" {place}" for place in range(60))


class Around(Wordy):
    """Makes something else of the chunks of its hooks, without holding them back: the base of those that follow."""

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
                for one in self.passed(state, chunk):
                    yield one
            for one in self.rest(state):
                yield one

    def begin(self) -> list[str]:
        """What is held back."""
        return []

    def passed(self, _state: list[str], chunk: str) -> Iterator[str]:
        """What becomes of a chunk."""
        yield chunk

    def rest(self, state: list[str]) -> Iterator[str]:
        """What is left at the end."""
        yield from state


class LooksAhead(Around):
    """Gives a chunk when it has the next."""

    def passed(self, state: list[str], chunk: str) -> Iterator[str]:
        yield from state
        state[:] = [chunk]


class JoinsWords(Around):
    """Gives four words at once."""

    def passed(self, state: list[str], chunk: str) -> Iterator[str]:
        state.append(chunk)
        if len(state) == 4:
            yield "".join(state)
            state.clear()

    def rest(self, state: list[str]) -> Iterator[str]:
        if state:
            yield "".join(state)


class Spells(Around):
    """Gives letter by letter."""

    def passed(self, _state: list[str], chunk: str) -> Iterator[str]:
        yield from chunk


class SpellsAndLooksAhead(LooksAhead):
    """Gives the letters of a chunk when it has the next one."""

    def passed(self, state: list[str], chunk: str) -> Iterator[str]:
        for whole in super().passed(state, chunk):
            yield from whole

    def rest(self, state: list[str]) -> Iterator[str]:
        yield from "".join(state)


class SaysItAtOnce(SpellsAndLooksAhead):
    """Its hook has one chunk, which it spells."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        return ["".join(super()._tokens(prompt, stop))]


class KeepsItsThoughts(TextDefect):
    """Its hook thinks aloud for a while, which nobody is told."""

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


class CollectsInHook(Wordy):
    """Its hooks collect what they get before they give any: nobody can see from outside when they got it."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        yield from list(super()._stream(*args, **kwargs))

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        for chunk in [chunk async for chunk in super()._astream(*args, **kwargs)]:
            yield chunk


class CollectsOnLoop(Wordy):
    """Its asynchronous hook collects its synchronous one, in a thread."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        manager = kwargs.pop("run_manager", None)
        for chunk in await asyncio.to_thread(lambda: list(self._stream(*args, **kwargs))):
            if manager:
                await manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class HookTakesAnother(Wordy):
    """Says its answer from memory, so that its asynchronous hook may as well go through the synchronous one."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        manager = kwargs.pop("run_manager", None)
        for chunk in self._stream(*args, **kwargs):
            if manager:
                await manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


class DrivesItsThread(Wordy):
    """Its asynchronous hook has a thread run the synchronous one into a queue, and stops it."""

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


class FirstPrefetches(Wordy):
    """Has the first eight chunks at hand before it gives one."""

    def stream(self, *args: Any, **kwargs: Any) -> Generator[str, None, None]:
        with closing(super().stream(*args, **kwargs)) as chunks:
            ready = [chunk for _, chunk in zip(range(8), chunks, strict=False)]
            yield from ready
            yield from chunks


class _Reply:
    """An iterator that is more than that."""

    def __init__(self, chunks: Iterator[GenerationChunk]) -> None:
        self._chunks = chunks
        self.status = 200

    def __iter__(self) -> Iterator[GenerationChunk]:
        return self

    def __next__(self) -> GenerationChunk:
        return next(self._chunks)

    def close(self) -> None:
        """Hang up."""


class HookOfItsOwn(Wordy):
    """Its hook gives an object that the model around it asks for more than chunks."""

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        return _Reply(super()._stream(*args, **kwargs))

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        probe = self._stream(re.sub(r"\W", "", str(args)))
        if probe.status == 200:
            yield from super().stream(*args, **kwargs)


class AsksAside(Wordy):
    """Has its hook say something else first, to see whether the provider is there."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        for _ in self._stream("Are you there?"):
            pass
        yield from super().stream(*args, **kwargs)


class Particular(Wordy):
    """Works for nobody but itself."""

    def _tokens(self, prompt: str, stop: list[str] | None) -> list[str]:
        if type(self) is not Particular:
            raise TypeError("I am no base class")
        return super()._tokens(prompt, stop)


class CountsItsClasses(Wordy):
    """Wants to be told more by whoever inherits from it."""

    def __init_subclass__(cls, *, reason: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.suffix = (reason,)


@final
class Final(Wordy):
    """Has no subclass."""
