"""Models whose streams keep a slot when their consumer leaves."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.aio.closing import aclosing
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.bases.scripted import ScriptedModel
from llm_zoo.defect import defect

_SLOTS = 128
_CONNECTIONS = 100


class _Slots(ScriptedModel):
    """Serves a limited number of streams at the same time."""

    _in_use: int = 0

    def _take(self) -> None:
        if self._in_use == _SLOTS:
            raise RuntimeError("too many requests")
        self._in_use += 1

    def _free(self) -> None:
        self._in_use -= 1


@defect(
    "slot-kept-by-closed-stream",
    story="A stream takes one of 128 slots and gives it back after its last token: each stream that a user closes "
    "early keeps its slot, until every call fails.",
    citation="D150: BerriAI/litellm#27955",
    caught_by=("close.releases",),
    script=True,
)
class SlotKeptByClosedStream(_Slots):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        self._take()
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        self._free()


@defect(
    "slot-kept-after-break",
    story="A stream gives its slot back at its end and in `aclose()`: a consumer that leaves its loop by `break` does "
    "not call `aclose()`, and keeps the slot.",
    citation="CLOSE-003",
    caught_by=("close.break-releases",),
    script=True,
)
class SlotKeptAfterBreak(_Slots):
    def astream(self, *args: Any, **kwargs: Any) -> Any:
        return _FreedByAclose(super().astream(*args, **kwargs), self._take, self._free)


class _FreedByAclose:
    """An iterator that gives its slot back when it ends, fails or is closed, but not when it is dropped."""

    def __init__(self, chunks: Any, take: Callable[[], None], free: Callable[[], None]) -> None:
        self._chunks = chunks
        self._take = take
        self._free = free
        self._open = False

    def __aiter__(self) -> Any:
        return self

    async def __anext__(self) -> Any:
        if not self._open:
            self._take()
            self._open = True
        try:
            return await anext(self._chunks)
        except BaseException:
            self._leave()
            raise

    async def aclose(self) -> None:
        """Close the stream, and give the slot back."""
        self._leave()
        await self._chunks.aclose()

    def _leave(self) -> None:
        if self._open:
            self._open = False
            self._free()


@defect(
    "connection-slot-kept",
    story="The adapter counts its connections and takes one off after the last chunk: each stream that is closed or "
    "cancelled early counts for ever, until the adapter refuses every call.",
    # See BerriAI/litellm#27955.
    citation="STREAM-012",
    caught_by=("close.releases",),
    wire="openai-completions",
)
class ConnectionSlotKept(WireAdapter):
    _in_use: int = 0

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        if self._in_use == _CONNECTIONS:
            raise RuntimeError(f"{_CONNECTIONS} connections are open")
        self._in_use += 1
        async with aclosing(super()._astream(*args, **kwargs)) as chunks:
            async for chunk in chunks:
                yield chunk
        self._in_use -= 1
