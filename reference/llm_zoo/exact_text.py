"""Adapters that garble the text in all call styles alike: only a simulated provider, whose text is known, shows it."""

from collections.abc import Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect


class _Stripped(Answer):
    def _chunk(self, event: dict[str, Any]) -> GenerationChunk | None:
        chunk = super()._chunk(event)
        return chunk and GenerationChunk(chunk.text.strip(), chunk.generation_info)


@defect(
    "deltas-stripped-everywhere",
    story="Each delta is stripped, and `invoke()` goes through the stream as well: all call styles agree, and all of "
    "them lose the model's spaces.",
    citation="D031: starfederation/datastar#658, Ichigo3766/Open-Relay#220",
    caught_by=("invoke.exact", "stream.exact"),
    wire="openai-completions",
)
class DeltasStrippedEverywhere(WireAdapter):
    _reads = _Stripped

    def _call(self, *args: Any, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(*args, **kwargs))

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return "".join([chunk.text async for chunk in self._astream(*args, **kwargs)])


class _Paired(Answer):
    """Yields chunks in pairs."""

    _pending: GenerationChunk | None = None

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            if self._pending is None:
                self._pending = chunk
            else:
                pair, self._pending = self._pending + chunk, None
                yield pair
        if self.complete and self._pending is not None:
            yield self._pending


@defect(
    "tokens-merged",
    story="A model that claims one chunk per token yields its tokens in pairs: a consumer that counts chunks counts "
    "half of the tokens.",
    citation="STREAM-004",
    caught_by=("stream.boundaries",),
    declares={"token-exact": True},
    wire="openai-completions",
)
class TokensMerged(WireAdapter):
    _reads = _Paired


class _RepeatsDropped(Answer):
    _last = ""

    def _chunk(self, event: dict[str, Any]) -> GenerationChunk | None:
        chunk = super()._chunk(event)
        if chunk is None or (chunk.text and chunk.text == self._last):
            return None
        self._last = chunk.text
        return chunk


@defect(
    "repeats-dropped",
    story="A delta that equals the previous one is taken for a duplicate and dropped: 2011 becomes 201.",
    citation="D020: Quorinex/Kiro-Go#138",
    caught_by=("wire.content[duplicates]", "wire.golden"),
    also_fails={"any-text.stream": "generated texts contain repeated tokens"},
    wire="openai-completions",
)
class RepeatsDropped(WireAdapter):
    _reads = _RepeatsDropped
