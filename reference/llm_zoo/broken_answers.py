"""Adapters that raise when an answer breaks off, but lose or repeat something."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.error import IncompleteAnswerError
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect
from llm_zoo.error_propagation import RaisesRepeatedly


class _Batched(Answer):
    """Yields chunks in batches of 24."""

    _size = 24
    _pending: tuple[GenerationChunk, ...] = ()

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            self._pending += (chunk,)
            if len(self._pending) == self._size:
                yield from self._pending
                self._pending = ()
        if self.complete:
            yield from self._pending


@defect(
    "buffered-text-lost-on-error",
    story="Chunks are collected into batches, so that a page redraws less often. When the provider fails, the batch in "
    "progress is lost: the user does not see text that was generated and paid for.",
    citation="STREAM-010",
    caught_by=("wire.keeps-text",),
    wire="openai-completions",
)
class BufferedTextLostOnError(WireAdapter):
    _reads = _Batched


@defect(
    "replayed-after-cut",
    story="A retry around the whole stream repeats the request when the connection breaks: the page shows the "
    "beginning twice, and the prompt is paid for twice.",
    citation="D074: NuGuardAI/nuguard#455, livekit/agents-js#2477, zirkelc/ai-retry#51",
    caught_by=("wire.no-replay",),
    also_fails={
        "wire.cut[*]": "the text before the exception is not a prefix of the answer",
        "wire.error[*]": "the same, for a stream that ends without an error",
    },
    wire="openai-completions",
)
class ReplayedAfterCut(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except IncompleteAnswerError:
            yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except IncompleteAnswerError:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk


@defect(
    "cut-raises-repeatedly",
    story="After the connection breaks, the stream raises at every further `next()`: a consumer that catches the "
    "error, logs it and reads on never finishes.",
    citation="STREAM-007",
    caught_by=("wire.ends-after-error",),
    wire="openai-completions",
)
class CutRaisesRepeatedly(WireAdapter):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        return RaisesRepeatedly(super().stream(*args, **kwargs))
