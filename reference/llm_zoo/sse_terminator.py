"""Adapters that do not recognise the end of an answer, or end at something else."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.error import IncompleteAnswerError
from llm_reference.models.openai.sse import Decoder, Event
from llm_zoo.bases.adapter import WireAdapter, reading
from llm_zoo.defect import defect


class _ChoicesIndexed(Answer):
    def _chunk(self, event: dict[str, Any]) -> GenerationChunk | None:
        return super()._chunk({**event, "choices": [event["choices"][0]]})


@defect(
    "choices-indexed",
    story="The code reads the first choice of each chunk without testing whether there is one: the usage chunk at the "
    "end, or the prompt filter at the beginning, raises IndexError, and a complete answer fails.",
    citation="D051: simonw/llm#294, langchain-ai/langchain#24689, BerriAI/litellm#10457",
    caught_by=("wire.terminator[usage_chunk]", "wire.terminator[azure_first_chunk]"),
    also_fails={"wire.syntax[unknown_event]": "it lacks choices as well"},
    wire="openai-completions",
)
class ChoicesIndexed(WireAdapter):
    _reads = _ChoicesIndexed


class _LastWordRepeated(Answer):
    """Reuses the last text for a chunk without choices."""

    _text = ""

    def _chunk(self, event: dict[str, Any]) -> GenerationChunk | None:
        chunk = super()._chunk(event)
        if chunk is None or event.get("choices"):
            self._text = chunk.text if chunk and chunk.text else self._text
            return chunk
        return GenerationChunk(self._text, chunk.generation_info)


@defect(
    "last-word-repeated",
    story="The loop's text variable is not reset at a chunk without choices: the usage chunk repeats the last word.",
    citation="D022: run-llama/llama_index#22337",
    caught_by=("wire.terminator[usage_chunk]",),
    wire="openai-completions",
)
class LastWordRepeated(WireAdapter):
    _reads = _LastWordRepeated


class _FinishIsTheEnd(Answer):
    """Takes the chunk with the finish reason for a mere mark of the end."""

    def _chunk(self, event: dict[str, Any]) -> GenerationChunk | None:
        finished = any(choice.get("finish_reason") for choice in event.get("choices") or ())
        return GenerationChunk("") if finished else super()._chunk(event)


@defect(
    "text-of-finish-chunk-lost",
    story="The loop takes no text from the chunk with the finish reason, because OpenAI's has none: behind vLLM, which "
    "sends the last text with the reason, the last token of every answer is missing.",
    citation="WIRE-003",
    caught_by=("wire.terminator[finish_with_text]",),
    wire="openai-completions",
)
class TextOfFinishChunkLost(WireAdapter):
    def _call(self, *args: Any, **kwargs: Any) -> str:
        return "".join(chunk.text for chunk in self._stream(*args, **kwargs))

    async def _acall(self, *args: Any, **kwargs: Any) -> str:
        return "".join([chunk.text async for chunk in self._astream(*args, **kwargs)])

    _reads = _FinishIsTheEnd


class _MarkersRemoved(Answer):
    """Keeps back a text that ends like the beginning of a marker, until the next chunk shows what it is."""

    _kept = ""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        for chunk in super().feed(packet):
            text = self._kept + chunk.text
            self._kept = "<" if text.endswith("<") else ""
            yield GenerationChunk(text.removesuffix(self._kept), chunk.generation_info)


@defect(
    "marker-start-lost-at-end",
    story="A filter for `<think>` keeps back a `<` until it sees what follows: an answer that ends in `<` loses it.",
    # See deepseek-ai/deepseek-recipe#16.
    citation="WIRE-003",
    caught_by=("wire.golden",),
    may_also_fail={"any-text.stream": "a generated answer may end in it"},
    wire="openai-completions",
)
class MarkerStartLostAtEnd(WireAdapter):
    _reads = _MarkersRemoved


class _UntilClosed(Answer):
    """Records the terminator and reads on until the connection closes."""

    _done = False

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        if not self._done:
            yield from super().feed(packet)
            self._done, self.complete = self.complete, False

    def end(self) -> None:
        self.complete = self._done
        super().end()


@defect(
    "read-until-closed",
    story="The stream is read until its connection closes, not until `[DONE]`: behind a gateway with persistent "
    "connections every answer ends with a timeout.",
    citation="D049: ltmoerdani/opencode-copilot-chat#170",
    caught_by=("wire.terminator[late_close]",),
    wire="openai-completions",
)
class ReadUntilClosed(WireAdapter):
    _reads = _UntilClosed


class _AnyEndIsComplete(Answer):
    """Accepts every end of the body as complete."""

    def end(self) -> None:
        pass


@defect(
    "cut-taken-for-whole",
    story="The adapter accepts a body that ends cleanly without `[DONE]` as complete: when a proxy drops the provider, "
    "half an answer is stored as a whole one.",
    citation="D046: pydantic/pydantic-ai#6610, langchain-ai/langchain-aws#1287, NVIDIA/TensorRT-LLM#18289",
    caught_by=("wire.cut[clean_end_early]", "wire.cut[close_delimited_early]", "wire.cut[truncated_json]"),
    also_fails={
        "wire.cut[gzip_truncated]": "its body ends cleanly as well",
        "wire.error[error_bare_json]": "the error is not an SSE event, and the body ends after it",
        "wire.error[error_field]": "the same",
    },
    wire="openai-completions",
)
class CutTakenForWhole(WireAdapter):
    _reads = _AnyEndIsComplete


class _ErrorIsTerminator(Decoder):
    """Treats an error event as the terminator."""

    def feed(self, packet: bytes) -> list[Event]:
        """The events in this packet; an error is replaced by `[DONE]`."""
        return [Event("[DONE]") if event.data.startswith('{"error"') else event for event in super().feed(packet)]


@defect(
    "error-event-ends-stream",
    story="An error event within a stream ends the loop like the terminator does: the caller gets half an answer, and "
    "the logs report success.",
    citation="D064: BerriAI/litellm#2180, vercel/ai#2457, langchain-ai/langchainjs#10721",
    caught_by=("wire.error[error_mid_stream]", "wire.error[error_event_mid_stream]"),
    wire="openai-completions",
)
class ErrorEventEndsStream(WireAdapter):
    _reads = reading(_ErrorIsTerminator)


@defect(
    "connection-error-ends-stream",
    story="A broad `except` in the iterator ends it: when the connection breaks, the answer looks complete.",
    citation="D068: BerriAI/litellm#31619, castari/castari-proxy#1",
    caught_by=("wire.cut[fin_mid_stream]", "wire.cut[rst_mid_stream]"),
    also_fails={
        "wire.cut[*]": "it swallows every error after the first chunk",
        "wire.error[error_bare_json]": "the stream ends without `[DONE]`",
        "wire.error[error_field]": "the same",
    },
    wire="openai-completions",
)
class ConnectionErrorEndsStream(WireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[GenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
        except IncompleteAnswerError:
            return

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[GenerationChunk]:
        try:
            async for chunk in super()._astream(*args, **kwargs):
                yield chunk
        except IncompleteAnswerError:
            return
