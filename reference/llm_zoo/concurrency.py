"""Models that fail with many simultaneous streams, or with a certain order of them."""

import itertools
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_SLOTS = 8


@defect(
    "buffers-reused-after-eight",
    story="The model has eight buffers and assigns them in turn: the ninth stream shares a buffer with the first, and "
    "their texts mix.",
    citation="STREAM-013",
    caught_by=("concurrency.threads", "concurrency.tasks"),
    script=True,
)
class BuffersReusedAfterEight(ScriptedModel):
    _numbers: Any = None
    _buffers: list[str] = [""] * _SLOTS

    def _slot(self) -> int:
        self._numbers = self._numbers or itertools.cycle(range(_SLOTS))
        slot: int = next(self._numbers)
        self._buffers[slot] = ""
        return slot

    def _swapped(self, slot: int, text: str) -> GenerationChunk:
        ready, self._buffers[slot] = self._buffers[slot], text
        return GenerationChunk(ready)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        slot = self._slot()
        for chunk in super()._stream(*args, **kwargs):
            yield self._swapped(slot, chunk.text)
        yield self._swapped(slot, "")

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        slot = self._slot()
        async for chunk in super()._astream(*args, **kwargs):
            yield self._swapped(slot, chunk.text)
        yield self._swapped(slot, "")


@defect(
    "slot-assigned-twice",
    story="A stream's slot is the number of open streams. When an early stream has ended, the next one gets a slot "
    "that another open stream still uses, and their texts mix.",
    citation="STREAM-013",
    caught_by=("concurrency.any-order",),
    script=True,
)
class SlotAssignedTwice(ScriptedModel):
    _open: int = 0
    _buffers: dict[int, str] = {}  # noqa: RUF012 - copied for each instance

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        slot = self._open
        self._open += 1
        self._buffers[slot] = ""
        try:
            for chunk in super()._stream(*args, **kwargs):
                ready, self._buffers[slot] = self._buffers[slot], chunk.text
                yield GenerationChunk(ready)
            yield GenerationChunk(self._buffers[slot])
        finally:
            self._open -= 1


@defect(
    "max-concurrency-ignored",
    story="`max_concurrency` in the config of a batch is ignored: a batch of thousands opens thousands of connections, "
    "and the provider answers with a rate limit.",
    citation="D137: langchain-ai/langchain#15767, langchain-ai/langchain#29425",
    caught_by=("batch.concurrency-limit",),
    script=True,
)
class MaxConcurrencyIgnored(ScriptedModel):
    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> list[Any]:
        uncapped: Any = {**config, "max_concurrency": None} if isinstance(config, dict) else config
        return super().batch(inputs, uncapped, **kwargs)


_RUNTIME = threading.Lock()


@defect(
    "lock-held-while-streaming",
    story="A local runtime answers one prompt at a time and holds its lock while a stream is open. A consumer that "
    "reads two streams in turn waits for ever.",
    citation="STREAM-013",
    caught_by=("isolation.interleaved",),
    script=True,
)
class LockHeldWhileStreaming(ScriptedModel):
    def _call(self, *args: Any, **kwargs: Any) -> str:
        with _RUNTIME:
            return super()._call(*args, **kwargs)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        with _RUNTIME:
            yield from super()._stream(*args, **kwargs)
