"""Chat models on langchain-core that take tools, and what each of them makes of them."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool

from llm_reference import BaseChatModel, EchoChatModel
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from zoo.conforming.chat_models import StreamsOnLoops

__all__ = [
    "CallsInFragments",
    "CallsWhole",
    "IgnoresTools",
    "OwnToolsOnly",
    "PairsOfFragments",
    "WholeCallsFromScript",
    "WholeWithTools",
    "bound_on_langchain",
    "bound_on_reference",
]


class IgnoresTools(StreamsOnLoops):
    """Accepts tools, and answers with text alone."""

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Runnable[Any, Any]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice, **kwargs)


class CallsInFragments(IgnoresTools):
    """With tools bound it calls the first of them, in fragments, with the last message as its argument."""

    def fragments(self, messages: list[BaseMessage], tools: Sequence[dict[str, Any]]) -> Iterator[AIMessageChunk]:
        """The chunks of the call."""
        function = tools[0]["function"]
        arguments = json.dumps({name: str(messages[-1].content) for name in function["parameters"]["properties"]})
        first = tool_call_chunk(name=function["name"], id="call_1", args="", index=0)
        parts = [tool_call_chunk(name=None, id=None, args=part, index=0) for part in re.findall(r"\W*\w*", arguments)]
        for part in (first, *parts):
            yield AIMessageChunk(content="", tool_call_chunks=[part])

    def _calls(self, messages: list[BaseMessage], kwargs: dict[str, Any]) -> bool:
        return bool(kwargs.get("tools")) and messages[-1].type != "tool"

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        if not self._calls(messages, kwargs):
            return super()._generate(messages, stop, run_manager, **kwargs)
        first, *others = self.fragments(messages, kwargs["tools"])
        total = first.__add__(others) if others else first
        message = AIMessage(content="", tool_calls=total.tool_calls)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        if not self._calls(messages, kwargs):
            yield from super()._stream(messages, stop, run_manager, **kwargs)
            return
        for chunk in self.fragments(messages, kwargs["tools"]):
            yield ChatGenerationChunk(message=chunk)


class OwnToolsOnly(CallsInFragments):
    """Its server has the tools, so it refuses every other one by name."""

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any) -> Runnable[Any, Any]:
        for tool in tools:
            name = convert_to_openai_tool(tool)["function"]["name"]
            if name != "web_search":
                msg = f"unknown tool {name!r}: the server has web_search alone"
                raise ValueError(msg)
        return super().bind_tools(tools, tool_choice=tool_choice, **kwargs)


class WholeWithTools(CallsInFragments):
    """Streams, but not with tools: then each answer is one chunk."""

    disable_streaming: Any = "tool_calling"


class CallsWhole(CallsInFragments):
    """Its provider sends whole calls: each is one chunk."""

    def fragments(self, messages: list[BaseMessage], tools: Sequence[dict[str, Any]]) -> Iterator[AIMessageChunk]:
        first, *others = super().fragments(messages, tools)
        yield first.__add__(others)


_ZONE = {"type": "object", "properties": {"zone": {"type": "string"}}}
_TIME = {"name": "get_time", "description": "The time in a zone.", "parameters": _ZONE}


def bound_on_langchain() -> Any:
    """A binding of langchain-core around a chat model, which makes calls from the first prompt on."""
    return CallsInFragments().bind_tools([{"type": "function", "function": _TIME}])


def bound_on_reference() -> Any:
    """The same of the reference."""
    return EchoChatModel().bind_tools([{"type": "function", "function": _TIME}])


class _InOneStream(ScriptedChatModel):
    """Merges the chunks of its answer, in `_stream` alone; an asynchronous stream runs that in a thread.

    together: how many fragments of a call are one chunk.
    """

    together: int = 1

    def __init__(self, script: Any) -> None:
        super().__init__(script=script)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        held: list[Any] = []
        for chunk in super()._stream(*args, **kwargs):
            of_call = bool(chunk.message.tool_call_chunks)
            if held and (not of_call or len(held) == self.together):
                yield held[0] + held[1:]
                held = []
            if of_call:
                held.append(chunk)
            else:
                yield chunk
        if held:
            yield held[0] + held[1:]

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async for chunk in BaseChatModel._astream(self, *args, **kwargs):
            yield chunk


class WholeCallsFromScript(_InOneStream):
    """Gives each call in one chunk, when its arguments are whole."""

    together: int = 1000


class PairsOfFragments(_InOneStream):
    """Passes on two fragments of a call at a time, and reads one ahead for that."""

    together: int = 2
