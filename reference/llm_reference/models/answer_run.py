"""What a chat model adds to its answer: ids, the provider's report, and the mark of the last chunk."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from llm_reference.messages.chunk import AIMessageChunk, message_chunk_to_message
from llm_reference.messages.generation import ChatGeneration, ChatGenerationChunk, ChatResult
from llm_reference.messages.message import AIMessage
from llm_reference.runs.run import Run


class AnswerRun:
    """One answer. A message without an id of the provider gets one from its run: it begins with "lc_run-"."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._id = f"lc_run--{run.id}"
        self._latest: ChatGenerationChunk | None = None

    def completed(self, chunk: ChatGenerationChunk) -> ChatGenerationChunk:
        """Return a chunk of the hook with an id and its `response_metadata`. The hook's own chunk is not changed."""
        message = replace(chunk.message, id=chunk.message.id or self._id, response_metadata=_metadata(chunk))
        self._latest = ChatGenerationChunk(message=message, generation_info=chunk.generation_info)
        return self._latest

    def last(self) -> ChatGenerationChunk | None:
        """Return the empty chunk that ends the stream; None if the hook has marked its own last chunk.

        Raises ValueError if there was no chunk.
        """
        if self._latest is None:
            raise ValueError("No generation chunks were returned")
        if self._latest.message.chunk_position == "last":
            return None
        content: Any = "" if isinstance(self._latest.message.content, str) else []
        return ChatGenerationChunk(message=AIMessageChunk(content, id=self._id, chunk_position="last"))

    def whole(self, chunks: Sequence[ChatGenerationChunk]) -> AIMessage:
        """Return the message that the chunks add up to, as the output of the run."""
        total = chunks[0] + chunks[1:]
        self.run.output = ChatGeneration(message_chunk_to_message(total.message), total.generation_info)
        return self.run.output.message  # type: ignore[no-any-return]  # set above

    def result(self, result: ChatResult) -> AIMessage:
        """Return the message of the first generation, as the output of the run."""
        first, *others = result.generations
        report = {} if others else result.llm_output or {}
        message = replace(
            first.message,
            id=first.message.id or f"{self._id}-0",
            response_metadata={**report, **_metadata(first)},
        )
        self.run.output, self.run.llm_output = replace(first, message=message), result.llm_output
        return message


def _metadata(generation: ChatGeneration) -> dict[str, Any]:
    return {**(generation.generation_info or {}), **generation.message.response_metadata}
