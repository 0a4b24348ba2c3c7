"""Adapters that do not know the end of an answer: they take something else for it, or wait for another."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.error import IncompleteAnswerError
from llm_reference.models.openai.sse import Decoder, Event
from llm_zoo.bases.adapter import WireAdapter, reading
from llm_zoo.defect import defect


class _ChoicesIndexed(Answer):
    """Is sure of a choice."""

    def _chunk(self, said: dict[str, Any]) -> GenerationChunk | None:
        return super()._chunk({**said, "choices": [said["choices"][0]]})


@defect(
    "choices-indexed",
    story="The first choice of each chunk is read unseen: the bill at the end of a stream, or the prompt filter at its "
    "beginning, has none, and a whole answer ends in an IndexError.",
    citation="D051: simonw/llm#294, langchain-ai/langchain#24689, BerriAI/litellm#10457",
    caught_by=("wire.terminator[usage_chunk]", "wire.terminator[azure_first_chunk]"),
    also_fails={"wire.syntax[unknown_event]": "it has no choices either"},
    wire="openai-completions",
)
class ChoicesIndexed(WireAdapter):
    """Has never been sent a bill."""

    _reads = _ChoicesIndexed


class _LastWordRepeated(Answer):
    """Has a variable for the text, which keeps what it was."""

    _text = ""

    def _chunk(self, said: dict[str, Any]) -> GenerationChunk | None:
        chunk = super()._chunk(said)
        if chunk is None or said.get("choices"):
            self._text = chunk.text if chunk and chunk.text else self._text
            return chunk
        return GenerationChunk(self._text, chunk.generation_info)


@defect(
    "last-word-repeated",
    story="The loop's variable for the text is not reset at a chunk without choices: with the bill comes the last word "
    "a second time.",
    citation="D022: run-llama/llama_index#22337",
    caught_by=("wire.terminator[usage_chunk]",),
    wire="openai-completions",
)
class LastWordRepeated(WireAdapter):
    """Stammers when it comes to money."""

    _reads = _LastWordRepeated


class _UntilClosed(Answer):
    """Notes the terminator, and reads on."""

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
    story="The stream is read until its connection closes, and not until [DONE]: behind a gateway that keeps "
    "connections, every answer ends with a timeout.",
    citation="D049: ltmoerdani/opencode-copilot-chat#170",
    caught_by=("wire.terminator[late_close]",),
    wire="openai-completions",
)
class ReadUntilClosed(WireAdapter):
    """Waits for the other to hang up."""

    _reads = _UntilClosed


class _AnyEnd(Answer):
    """Is complete when nothing more comes."""

    def end(self) -> None:
        pass


@defect(
    "cut-taken-for-whole",
    story="A body that ends well is a whole answer, with or without its [DONE]: when a proxy gives up on a provider, "
    "half an answer is stored as if it were whole.",
    citation="D046: pydantic/pydantic-ai#6610, langchain-ai/langchain-aws#1287, NVIDIA/TensorRT-LLM#18289",
    caught_by=("wire.cut[clean_end_early]", "wire.cut[close_delimited_early]", "wire.cut[truncated_json]"),
    also_fails={
        "wire.cut[gzip_truncated]": "that body ends well, too",
        "wire.error[error_bare_json]": "an error that is no event, and then the end",
        "wire.error[error_field]": "the same",
    },
    wire="openai-completions",
)
class CutTakenForWhole(WireAdapter):
    """Takes every end for the end."""

    _reads = _AnyEnd


class _ErrorsEnd(Decoder):
    """Takes whatever is no token for the terminator."""

    def feed(self, packet: bytes) -> list[Event]:
        """The events in this packet, of which none is an error."""
        return [Event("[DONE]") if event.data.startswith('{"error"') else event for event in super().feed(packet)]


@defect(
    "errors-end-it",
    story="An error within a stream is an event without a token, and ends the loop as the terminator does: "
    "the caller gets half an answer, and the logs say success.",
    citation="D064: BerriAI/litellm#2180, vercel/ai#2457, langchain-ai/langchainjs#10721",
    caught_by=("wire.error[error_mid_stream]", "wire.error[error_event_mid_stream]"),
    also_fails={"wire.other-calls": "events come by the same stream"},
    wire="openai-completions",
)
class ErrorsEndIt(WireAdapter):
    """Does not read bad news."""

    _reads = reading(_ErrorsEnd)


@defect(
    "failure-becomes-the-end",
    story="A broad except in the iterator ends it: a connection that breaks looks like an answer that is over.",
    citation="D068: BerriAI/litellm#31619, castari/castari-proxy#1",
    caught_by=("wire.cut[fin_mid_stream]", "wire.cut[rst_mid_stream]"),
    also_fails={
        "wire.cut[*]": "whatever else breaks off when it has begun",
        "wire.error[error_bare_json]": "the stream just ends, without its [DONE]",
        "wire.error[error_field]": "the same",
        "wire.other-calls": "events come by the same stream",
    },
    wire="openai-completions",
)
class FailureBecomesTheEnd(WireAdapter):
    """Means well."""

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
