"""The smallest chat model that streams: it answers with the last message, word by word, or calls a tool with it."""

# ruff: noqa: ARG002  # all models have the same hook signatures

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from llm_reference.messages.chunk import AIMessageChunk, message_chunk_to_message
from llm_reference.messages.generation import ChatGeneration, ChatGenerationChunk, ChatResult
from llm_reference.messages.message import AIMessage, BaseMessage
from llm_reference.messages.tool_call import tool_call_chunk
from llm_reference.models.chat_model import BaseChatModel
from llm_reference.models.stop import truncate_at_stop
from llm_reference.models.tool import openai_tool, tool_name
from llm_reference.runnables.runnable import Runnable
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun


class EchoChatModel(BaseChatModel):
    """Answers with the text of the last message. Every hook calls one function, `_pieces`.

    With tools bound it calls one instead, and its argument is that text. The result of a tool is answered with text.
    """

    @property
    def _llm_type(self) -> str:
        return "echo-chat"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """Bind tools. `tool_choice` is the name of one, "any" for the first, "auto" (the default) or "none"."""
        return self.bind(tools=[openai_tool(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        first, *others = self._pieces(messages, stop, **kwargs)
        return ChatResult([ChatGeneration(message_chunk_to_message(first + others))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop, **kwargs):
            yield ChatGenerationChunk(message=piece)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop, **kwargs):
            yield ChatGenerationChunk(message=piece)

    def _pieces(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        tools: Sequence[dict[str, Any]] = (),
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> list[AIMessageChunk]:
        """The answer in pieces. The last one reports the usage: the words of the conversation, and the pieces."""
        last = messages[-1]
        text = truncate_at_stop(last.text, stop)
        tool = self._tool(tools, tool_choice, answered=last.type == "tool")
        pieces = _call(tool, text) if tool else [AIMessageChunk(word) for word in _words(text)]
        asked = sum(len(message.text.split()) for message in messages)
        pieces[-1].usage_metadata = {
            "input_tokens": asked,
            "output_tokens": len(pieces),
            "total_tokens": asked + len(pieces),
        }
        pieces[-1].response_metadata = {"finish_reason": "tool_calls" if tool else "stop", "model_name": "echo"}
        return pieces

    def _tool(self, tools: Sequence[dict[str, Any]], choice: str | None, *, answered: bool) -> dict[str, Any] | None:
        """The tool to call. A choice is an order; without one the result of a tool needs no other call."""
        by_name = {tool_name(tool): tool for tool in tools}
        if choice in by_name:
            return by_name[choice]
        calls = choice == "any" or (choice in (None, "auto") and not answered)
        return tools[0] if tools and calls else None


def _call(tool: dict[str, Any], text: str) -> list[AIMessageChunk]:
    """A call of the tool in fragments: the first has the name and the id, each other one a part of the arguments."""
    name = tool_name(tool)
    properties = tool["function"].get("parameters", {}).get("properties", {})
    arguments = json.dumps({next(iter(properties)): text} if properties else {})
    first = tool_call_chunk(name=name, args="", id=f"call_{name}", index=0)
    fragments = [tool_call_chunk(args=part, index=0) for part in _words(arguments)]
    return [AIMessageChunk(tool_call_chunks=[fragment]) for fragment in (first, *fragments)]


def _words(text: str) -> list[str]:
    """Each word with the space before it. An empty text is one empty word: a stream needs at least one chunk."""
    return re.findall(r"\s*\S+|\s+", text) or [""]
