"""Models of several frameworks that take their text from a script."""

# ruff: noqa: A002  # callers pass the first parameter as "input"

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.llms import LLM
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult, GenerationChunk

from llm_zoo import chain_streaming
from llm_zoo.bases import scripted as reference
from llm_zoo.bases import scripted_chat

__all__ = [
    "AstreamOnly",
    "Both",
    "CallOnly",
    "ChatBoth",
    "ChatCall",
    "ChatSync",
    "Plain",
    "SyncOnly",
    "of_chains",
    "of_reference",
    "of_reference_chat",
]


class CallOnly(LLM):
    """Does not stream."""

    script: Any = ...  # required, for pydantic before 2 as well

    @property
    def _llm_type(self) -> str:
        return "conforming"

    def _call(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join(self.script.play(prompt, stop))


class SyncOnly(CallOnly):
    """Streams; asynchronous calls run in the executor."""

    def _stream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[GenerationChunk]:
        for text in self.script.play(prompt, stop):
            chunk = GenerationChunk(text=text)
            if run_manager:
                run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk


class AstreamOnly(CallOnly):
    """Streams asynchronously only."""

    async def _astream(
        self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[GenerationChunk]:
        async for text in self.script.aplay(prompt, stop):
            chunk = GenerationChunk(text=text)
            if run_manager:
                await run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk


class Both(SyncOnly, AstreamOnly):
    """Streams synchronously and asynchronously."""

    async def _acall(self, prompt: str, stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any) -> str:
        return "".join([text async for text in self.script.aplay(prompt, stop)])


class ChatCall(BaseChatModel):
    """A chat model that does not stream."""

    script: Any = ...  # required, for pydantic before 2 as well

    @property
    def _llm_type(self) -> str:
        return "conforming"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        text = "".join(self.script.play(str(messages[-1].content), stop))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])


class ChatSync(ChatCall):
    """A chat model that streams; asynchronous calls run in the executor."""

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        for text in self.script.play(str(messages[-1].content), stop):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))


class ChatBoth(ChatSync):
    """A chat model that streams synchronously and asynchronously."""

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        async for text in self.script.aplay(str(messages[-1].content), stop):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))


class Plain:
    """Uses no framework."""

    def __init__(self, script: Any) -> None:
        self._script = script

    def invoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> str:
        return "".join(self._script.play(input, stop))

    def stream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> Iterator[str]:
        yield from self._script.play(input, stop)

    async def ainvoke(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> str:
        return "".join([text async for text in self._script.aplay(input, stop)])

    async def astream(self, input: Any, config: Any = None, *, stop: list[str] | None = None) -> AsyncIterator[str]:
        async for text in self._script.aplay(input, stop):
            yield text


def of_reference(script: Any) -> Any:
    """The base of the zoo's scripted defects."""
    return reference.ScriptedModel(script=script)


def of_reference_chat(script: Any) -> Any:
    """The base of the zoo's scripted defects of chat models."""
    return scripted_chat.ScriptedChatModel(script=script)


def of_chains(script: Any) -> Any:
    """The base of the zoo's chain defects."""
    return chain_streaming.ChainModel(script=script)
