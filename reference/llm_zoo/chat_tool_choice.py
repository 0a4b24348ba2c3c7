"""Chat models that know one form of a tool, or forget the choice among tools, at some entry point."""

# ruff: noqa: ARG002  # every hook keeps the full signature

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from llm_reference import AIMessage, BaseMessage, ChatGenerationChunk, EchoChatModel, Runnable
from llm_reference.models.tool import openai_tool
from llm_zoo.bases.chat_adapter import ChatWireAdapter
from llm_zoo.defect import defect


@defect(
    "function-tools-refused",
    story="`bind_tools()` copies its tools as dicts: every example that binds a function raises TypeError.",
    citation="CALL-010",
    caught_by=("tools.takes-forms",),
)
class FunctionToolsRefused(EchoChatModel):
    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        return self.bind(tools=[openai_tool(dict(tool)) for tool in tools], tool_choice=tool_choice, **kwargs)


@defect(
    "function-tools-lost-on-loops",
    story="The tools are converted when the request is made, and `_astream` leaves out what is not a dict: a tool that "
    "is a function is called in a script, and never on a server.",
    citation="CALL-010",
    caught_by=("tools.forms",),
)
class FunctionToolsLostOnLoops(EchoChatModel):
    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        return self.bind(tools=list(tools), tool_choice=tool_choice, **kwargs)

    def _pieces(
        self, messages: list[BaseMessage], stop: list[str] | None, tools: Sequence[Any] = (), *more: Any, **kwargs: Any
    ) -> Any:
        return super()._pieces(messages, stop, [openai_tool(tool) for tool in tools], *more, **kwargs)

    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        kwargs["tools"] = [tool for tool in kwargs.get("tools", ()) if isinstance(tool, dict)]
        for piece in self._pieces(messages, stop, **kwargs):
            yield ChatGenerationChunk(message=piece)


@defect(
    "parameters-of-functions-not-sent",
    story="A tool that is a function is sent by its name and its description: the provider calls it, always without "
    "arguments.",
    citation="CALL-010",
    caught_by=("tools.sends-forms",),
    wire="openai-chat",
)
class ParametersOfFunctionsNotSent(ChatWireAdapter):
    def bind_tools(self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return super().bind_tools([self._described(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _described(self, tool: Any) -> dict[str, Any]:
        described = openai_tool(tool)
        if not isinstance(tool, Mapping):
            described["function"]["parameters"] = {"type": "object", "properties": {}}
        return described


@defect(
    "choice-forgotten-in-streams",
    story="`_stream` passes on the tools without the choice among them: an extraction that must call its tool calls "
    "another one as soon as it is streamed.",
    citation="CALL-005",
    caught_by=("tools.choice",),
)
class ChoiceForgottenInStreams(EchoChatModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        kwargs.pop("tool_choice", None)
        yield from super()._stream(*args, **kwargs)


@defect(
    "no-call-forgotten-on-loops",
    story='The asynchronous request has no field for `tool_choice="none"`: the last turn of an agent, which must end '
    "with text, calls a tool once more on a server.",
    citation="CALL-005",
    caught_by=("tools.choice",),
)
class NoCallForgottenOnLoops(EchoChatModel):
    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        if kwargs.get("tool_choice") == "none":
            del kwargs["tool_choice"]
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk


@defect(
    "no-call-not-sent-in-streams",
    story='A stream is requested without `tool_choice="none"`: the provider decides, and the last turn of an agent '
    "calls a tool once more.",
    citation="WIRE-010",
    caught_by=("wire.same-tools",),
    wire="openai-chat",
)
class NoCallNotSentInStreams(ChatWireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        if kwargs.get("tool_choice") == "none":
            del kwargs["tool_choice"]
        return super()._stream(*args, **kwargs)
