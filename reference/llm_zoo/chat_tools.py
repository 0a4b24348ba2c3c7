"""Chat models that forget, keep or refuse the tools that are bound to them, or what a tool returned."""

# ruff: noqa: ARG002  # every hook keeps the full signature

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from llm_reference import AIMessage, BaseMessage, ChatGenerationChunk, EchoChatModel, HumanMessage, Runnable
from llm_zoo.bases.chat_adapter import ChatWireAdapter
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.defect import defect


@defect(
    "tools-forgotten-on-loops",
    story="`_astream` builds its own request and forgets the bound tools: the agent works in a script, and answers "
    "with text alone on a server.",
    citation="CALL-005",
    caught_by=("tools.parity",),
)
class ToolsForgottenOnLoops(EchoChatModel):
    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop):
            yield ChatGenerationChunk(message=piece)


@defect(
    "tools-refused-in-streams",
    story="`_stream` does not accept the keyword arguments of a binding: the model works until tools are bound, and "
    "then each stream raises TypeError.",
    citation="CALL-005",
    caught_by=("tools.completes",),
)
class ToolsRefusedInStreams(EchoChatModel):
    def _stream(  # type: ignore[override]  # the defect
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None
    ) -> Iterator[ChatGenerationChunk]:
        yield from super()._stream(messages, stop)


@defect(
    "tools-kept-by-model",
    story="`bind_tools()` keeps the tools on the model: after one agent has bound its tools, every other user of the "
    "model gets calls of them.",
    citation="CALL-007",
    caught_by=("tools.unbound",),
)
class ToolsKeptByModel(EchoChatModel):
    kept: Any = ()

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        self.kept = tools
        return super().bind_tools(tools, tool_choice=tool_choice, **kwargs)

    def _pieces(self, messages: list[BaseMessage], stop: list[str] | None, *tools: Any, **kwargs: Any) -> Any:
        return super()._pieces(messages, stop, **{"tools": self.kept, **kwargs})


@defect(
    "tools-changed-in-place",
    story="`bind_tools()` adds the settings of its API to the dicts of the caller: the next model that gets the same "
    "list sends a field that its provider refuses.",
    citation="CONF-010",
    caught_by=("tools.not-mutated",),
)
class ToolsChangedInPlace(EchoChatModel):
    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        for tool in tools:
            if isinstance(tool, dict):
                tool.setdefault("function", {})["strict"] = True
        return super().bind_tools(tools, **kwargs)


@defect(
    "tools-sent-by-model-itself",
    story="`bind_tools()` keeps the tools in the settings of the client: every later request of the model itself sends "
    "them, and pays for their tokens.",
    citation="CALL-007",
    caught_by=("tools.unbound-request",),
    wire="openai-chat",
)
class ToolsSentByModelItself(ChatWireAdapter):
    kept: Any = None

    def bind_tools(self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any) -> Runnable[Any, AIMessage]:
        self.kept = list(tools)
        return super().bind_tools(tools, tool_choice=tool_choice, **kwargs)

    def _body(self, messages: list[BaseMessage], stop: list[str] | None, extra: dict[str, Any]) -> bytes:
        return super()._body(messages, stop, {"tools": self.kept, **extra} if self.kept else extra)


@defect(
    "tool-results-refused",
    story="The model knows the roles of a chat and no others: the first turn of an agent works, and the second one "
    "raises, because the result of the tool has a role of its own.",
    citation="CALL-009",
    caught_by=("tools.takes-results",),
    script=True,
)
class ToolResultsRefused(ScriptedChatModel):
    def _prompt(self, messages: list[BaseMessage]) -> str:
        if unknown := {message.type for message in messages} - {"human", "ai", "system"}:
            raise ValueError(f"unknown roles: {unknown}")
        return super()._prompt(messages)


@defect(
    "tool-results-refused-on-loops",
    story="`_astream` converts messages by itself and does not know results of tools: the agent works in a script, and "
    "raises in its second turn on a server.",
    citation="CALL-009",
    caught_by=("tools.results",),
    script=True,
)
class ToolResultsRefusedOnLoops(ScriptedChatModel):
    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        if messages[-1].type == "tool":
            raise ValueError("unknown role: tool")
        async for chunk in super()._astream(messages, stop, run_manager, **kwargs):
            yield chunk


@defect(
    "calls-lost-in-next-request",
    story="`_astream` sends the text of earlier messages and drops their calls: the provider gets the result of a tool "
    "that was never called, and refuses it.",
    citation="CALL-009",
    caught_by=("tools.sends-results",),
    wire="openai-chat",
)
class CallsLostInNextRequest(ChatWireAdapter):
    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        kept = [AIMessage(one.text) if isinstance(one, AIMessage) else one for one in messages]
        async for chunk in super()._astream(kept, stop, run_manager, **kwargs):
            yield chunk


@defect(
    "result-sent-as-text",
    story="The result of a tool is sent as a text of the user, without its call: the model does not know what it "
    "asked, and calls the tool once more.",
    citation="CALL-009",
    caught_by=("tools.links-results",),
    wire="openai-chat",
)
class ResultSentAsText(ChatWireAdapter):
    def _body(self, messages: list[BaseMessage], *others: Any) -> bytes:
        flat = [HumanMessage(one.text) if one.type == "tool" else AIMessage(one.text) for one in messages[1:]]
        return super()._body([*messages[:1], *flat], *others)


@defect(
    "own-results-refused",
    story="The model calls a tool, and raises when its result comes back as a message: no loop of an agent gets beyond "
    "its first turn.",
    citation="CALL-009",
    caught_by=("tools.takes-own-results",),
)
class OwnResultsRefused(EchoChatModel):
    def _pieces(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Any:
        if any(message.type == "tool" for message in messages):
            raise ValueError("unknown role: tool")
        return super()._pieces(messages, *args, **kwargs)


@defect(
    "own-results-forgotten-on-loops",
    story="`_astream` leaves out the results of tools: on a server, the model calls its tool again in every turn, and "
    "the agent never ends.",
    citation="CALL-009",
    caught_by=("tools.own-results",),
)
class OwnResultsForgottenOnLoops(EchoChatModel):
    async def _astream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        kept = [message for message in messages if message.type != "tool"]
        async for chunk in super()._astream(kept, stop, run_manager, **kwargs):
            yield chunk
