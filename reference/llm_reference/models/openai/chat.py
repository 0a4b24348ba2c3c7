"""A chat model behind OpenAI's chat completions API. The client fetches bytes; `ChatAnswer` parses them."""

# ruff: noqa: ARG002  # the caller of `_stream` reports the tokens, and a whole answer does not report tokens

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from llm_reference.messages.generation import ChatGenerationChunk, ChatResult
from llm_reference.messages.message import AIMessage, BaseMessage
from llm_reference.models.chat_model import BaseChatModel
from llm_reference.models.openai.chat_answer import ChatAnswer, request_messages
from llm_reference.models.openai.client import OpenAIClient
from llm_reference.models.tool import openai_tool
from llm_reference.runnables.runnable import Runnable
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun


class OpenAIChat(OpenAIClient, BaseChatModel):
    """A chat model: its answer may be text, reasoning and calls of tools, and reports how many tokens it took."""

    _path = "/chat/completions"
    _reads = ChatAnswer

    model: str = "gpt-4o-mini"

    @property
    def _llm_type(self) -> str:
        return "openai-chat"

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Bind tools. `tool_choice` is the name of one, "any" for at least one, "auto" or "none"."""
        if tool_choice == "any":
            tool_choice = "required"
        elif isinstance(tool_choice, str) and tool_choice not in ("auto", "none", "required"):
            tool_choice = {"type": "function", "function": {"name": tool_choice}}
        return self.bind(tools=[openai_tool(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        answer: ChatAnswer
        with self._open(self._body(messages, stop, kwargs)) as (answer, packets):
            return answer.result(b"".join(packets))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        answer: ChatAnswer
        async with self._aopen(self._body(messages, stop, kwargs)) as (answer, packets):
            return answer.result(b"".join([packet async for packet in packets]))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer: ChatAnswer
        with self._open(self._body(messages, stop, {**_STREAMED, **kwargs})) as (answer, packets):
            for packet in packets:
                yield from answer.feed(packet)
                if answer.complete:
                    return
            answer.end()

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        answer: ChatAnswer
        async with self._aopen(self._body(messages, stop, {**_STREAMED, **kwargs})) as (answer, packets):
            async for packet in packets:
                for chunk in answer.feed(packet):
                    yield chunk
                if answer.complete:
                    return
            answer.end()

    def _body(self, messages: list[BaseMessage], stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        return self._request(stop, {**extra, "messages": request_messages(messages)})


# Without the option a stream does not report how many tokens it took.
_STREAMED = {"stream": True, "stream_options": {"include_usage": True}}
