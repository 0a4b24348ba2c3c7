"""One chat model on two stacks: the reference and langchain-core. Each base class reports every token by itself."""

# ruff: noqa: PLC0415  # a stack is imported only where it is measured

from collections.abc import AsyncIterator, Iterator
from typing import Any


def talk_model(stack: str, count: int) -> Any:
    """A chat model whose answer has so many words."""
    if stack == "ours":
        from llm_reference import AIMessageChunk, BaseChatModel, ChatGenerationChunk

        return _talk_model(BaseChatModel, ChatGenerationChunk, AIMessageChunk, count)
    from langchain_core.language_models import chat_models
    from langchain_core.messages import AIMessageChunk as TheirMessage
    from langchain_core.outputs import ChatGenerationChunk as TheirChunk

    return _talk_model(chat_models.BaseChatModel, TheirChunk, TheirMessage, count)


def _talk_model(base: Any, chunk: Any, message: Any, count: int) -> Any:
    class TalkModel(base):  # type: ignore[misc]  # the base class of either stack
        """Repeats one word."""

        @property
        def _llm_type(self) -> str:
            return "words"

        def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
            raise NotImplementedError

        def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Iterator[Any]:
            for _ in range(count):
                yield chunk(message=message(content="word "))

        async def _astream(
            self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
        ) -> AsyncIterator[Any]:
            for _ in range(count):
                yield chunk(message=message(content="word "))

    return TalkModel()
