"""Models that serve a few streams well: what goes wrong needs many of them, or a certain order."""

# every hook takes what any model may need

import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_SLOTS = 8


@defect(
    "slots-run-out",
    story="The model has eight buffers, and deals them out in turn: the ninth stream shares one with the first.",
    citation="STREAM-013",
    caught_by=("concurrency.threads", "concurrency.tasks"),
    script=True,
)
class SlotsRunOut(ScriptedModel):
    """Counts to eight."""

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
    "slot-given-twice",
    story="A stream is given the number of the open ones as its slot: when one that came early has ended, "
    "the next one gets the slot of a stream that is still open.",
    citation="STREAM-013",
    caught_by=("concurrency.any-order",),
    script=True,
)
class SlotGivenTwice(ScriptedModel):
    """Counts heads where it should look at faces."""

    _open: int = 0
    _held: dict[int, str] = {}  # noqa: RUF012 - copied for each instance

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        slot = self._open
        self._open += 1
        self._held[slot] = ""
        try:
            for chunk in super()._stream(*args, **kwargs):
                ready, self._held[slot] = self._held[slot], chunk.text
                yield GenerationChunk(ready)
            yield GenerationChunk(self._held[slot])
        finally:
            self._open -= 1


@defect(
    "cap-ignored",
    story="max_concurrency in the config of a batch is not looked at: a batch of thousands opens thousands of "
    "connections, and the provider answers with a rate limit.",
    citation="D137: langchain-ai/langchain#15767, langchain-ai/langchain#29425",
    caught_by=("batch.concurrency-limit",),
    script=True,
)
class CapIgnored(ScriptedModel):
    """Knows no restraint."""

    def batch(self, inputs: Any, config: Any = None, **kwargs: Any) -> list[Any]:
        """All at once."""
        uncapped: Any = {**config, "max_concurrency": None} if isinstance(config, dict) else config
        return super().batch(inputs, uncapped, **kwargs)
