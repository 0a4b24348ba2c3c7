"""Adapters of an HTTP provider: what it says is known, so that a model which garbles all its calls alike shows."""

from collections.abc import Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect


class _Stripped(Answer):
    """Thinks that blanks are padding."""

    def _chunk(self, said: dict[str, Any]) -> GenerationChunk | None:
        chunk = super()._chunk(said)
        return chunk and GenerationChunk(chunk.text.strip(), chunk.generation_info)


@defect(
    "deltas-stripped-everywhere",
    story="Each delta is stripped, and invoke() goes through the stream as well: all calls agree, "
    "and all of them lose the spaces that the model said.",
    citation="D031: starfederation/datastar#658, Ichigo3766/Open-Relay#220",
    caught_by=("invoke.exact", "stream.exact"),
    wire="openai-completions",
)
class DeltasStrippedEverywhere(WireAdapter):
    """Is wrong with one voice."""

    _reads = _Stripped

    def _call(self, *args: Any, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(*args, **kwargs))

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return "".join([chunk.text async for chunk in self._astream(*args, **kwargs)])


class _Paired(Answer):
    """Holds every other chunk until the next one comes."""

    _held: GenerationChunk | None = None

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            if self._held is None:
                self._held = chunk
            else:
                pair, self._held = self._held + chunk, None
                yield pair
        if self.complete and self._held is not None:
            yield self._held


@defect(
    "tokens-merged",
    story="A model that promises a chunk for each token gives them in pairs: whoever counts chunks counts half.",
    citation="STREAM-004",
    caught_by=("stream.boundaries",),
    declares={"token-exact": True},
    wire="openai-completions",
)
class TokensMerged(WireAdapter):
    """Waits for company."""

    _reads = _Paired


class _RepeatsDropped(Answer):
    """Knows no word twice."""

    _last = ""

    def _chunk(self, said: dict[str, Any]) -> GenerationChunk | None:
        chunk = super()._chunk(said)
        if chunk is None or (chunk.text and chunk.text == self._last):
            return None
        self._last = chunk.text
        return chunk


@defect(
    "repeats-dropped",
    story="A delta that equals the one before is taken for a resent one and dropped: 2012 becomes 201.",
    citation="D020: Quorinex/Kiro-Go#138",
    caught_by=("wire.content[duplicates]", "wire.golden"),
    also_fails={"any-text.stream": "any text has such tokens"},
    wire="openai-completions",
)
class RepeatsDropped(WireAdapter):
    """Thinks that nobody says the same twice in a row."""

    _reads = _RepeatsDropped
