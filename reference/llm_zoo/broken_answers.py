"""Adapters that raise when an answer breaks off, and do something else besides."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.error import IncompleteAnswerError
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect
from llm_zoo.error_propagation import Failing


class _Batched(Answer):
    """Collects chunks, and gives them away together."""

    _size = 24
    _held: tuple[GenerationChunk, ...] = ()

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            self._held += (chunk,)
            if len(self._held) == self._size:
                yield from self._held
                self._held = ()
        if self.complete:
            yield from self._held


@defect(
    "text-lost-with-the-rest",
    story="Chunks are collected into batches, to spare a page its redraws: when the provider fails, the batch that was "
    "being filled is lost, and what the user pays for and could have read is not shown.",
    citation="STREAM-010",
    caught_by=("wire.keeps-text",),
    wire="openai-completions",
)
class TextLostWithTheRest(WireAdapter):
    """Hoards."""

    _reads = _Batched


@defect(
    "replayed-after-a-cut",
    story="A retry around the whole stream asks again when it breaks off: the page shows the beginning twice, "
    "and the prompt is paid for twice.",
    citation="D074: NuGuardAI/nuguard#455, livekit/agents-js#2477, zirkelc/ai-retry#51",
    caught_by=("wire.no-replay",),
    also_fails={
        "wire.cut[*]": "the text that came before the exception is none of the answer's beginnings",
        "wire.error[*]": "the same of a stream that just ends",
        "wire.other-calls": "events come by the same stream",
    },
    wire="openai-completions",
)
class ReplayedAfterACut(WireAdapter):
    """Does not know what it has said."""

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
    "cut-raised-for-ever",
    story="A stream that broke off raises at every further next(): a consumer that catches, logs and reads on never "
    "comes to an end.",
    citation="STREAM-007",
    caught_by=("wire.ends-after-error",),
    wire="openai-completions",
)
class CutRaisedForEver(WireAdapter):
    """Repeats itself."""

    def stream(self, *args: Any, **kwargs: Any) -> Any:
        """The stream of the reference, in an iterator that does not end."""
        return Failing(super().stream(*args, **kwargs))
