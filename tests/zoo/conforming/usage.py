"""Models whose chunks carry a finish reason, the usage or the model's name."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, GenerationChunk

from llm_zoo.usage import UsageModel
from zoo.conforming.chat_models import StreamsOnLoops
from zoo.conforming.langchain_based import Both

__all__ = ["ChatReportsUsage", "ReportsUsage", "UsageModel"]


class ReportsUsage(Both):
    """Its chunks carry the model's name, and the last one the finish reason and the usage."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for chunk in self._with_info(prompt, stop):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for chunk in self._with_info(prompt, stop):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _with_info(self, prompt: str, stop: list[str] | None) -> Iterator[GenerationChunk]:
        """The chunks with their generation info. langchain-core joins "m" and "m" to "mm"."""
        for token in self.tokens(prompt, stop):
            yield GenerationChunk(text=token, generation_info={"model": "m", "logprobs": None})
        yield GenerationChunk(text="", generation_info={"model": "m", "finish_reason": "stop", "usage": {"tokens": 3}})


class ChatReportsUsage(StreamsOnLoops):
    """A chat model whose last chunk carries its name, the finish reason and the usage."""

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        yield from super()._stream(messages, stop, run_manager, **kwargs)
        last: dict[str, Any] = {"model_name": "m", "finish_reason": "stop", "token_usage": {"total": 3}}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=last))
