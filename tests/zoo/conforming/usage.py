"""Models that say more of their answers than the text: why it ended, what it cost."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, GenerationChunk

from llm_zoo.usage import UsageModel
from zoo.conforming.chat_models import StreamsOnLoops
from zoo.conforming.langchain_based import Both

__all__ = ["Accounts", "ChatAccounts", "UsageModel"]


class Accounts(Both):
    """Reports what each chunk is of, and with the last one why it ended and what it cost."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for chunk in self.accounted(prompt, stop):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        for chunk in self.accounted(prompt, stop):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def accounted(self, prompt: str, stop: list[str] | None) -> Iterator[GenerationChunk]:
        """The tokens with what is to be said of them; langchain-core glues "m" and "m" to "mm"."""
        for token in self.said(prompt, stop):
            yield GenerationChunk(text=token, generation_info={"model": "m", "logprobs": None})
        yield GenerationChunk(text="", generation_info={"model": "m", "finish_reason": "stop", "usage": {"tokens": 3}})


class ChatAccounts(StreamsOnLoops):
    """Says with each chunk which model it is of, and with the last one why it ended and what it cost."""

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in super()._stream(messages, stop, run_manager, **kwargs):
            chunk.message.response_metadata = {"model_name": "m"}
            yield chunk
        last: dict[str, Any] = {"model_name": "m", "finish_reason": "stop", "token_usage": {"total": 3}}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=last))
