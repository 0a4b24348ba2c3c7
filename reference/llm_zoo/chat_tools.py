"""Chat models that forget, keep or refuse the tools that are bound to them."""

# ruff: noqa: ARG002  # every hook keeps the full signature

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, ClassVar

from llm_reference import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatGenerationChunk,
    EchoChatModel,
    JsonOutputKeyToolsParser,
    Runnable,
)
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun
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
    "bound-call-without-id-in-streams",
    story="The stream does not pass on the id of a call: the agent cannot say which call its result answers.",
    citation="CALL-003",
    caught_by=("tools.ids",),
)
class BoundCallWithoutIdInStreams(EchoChatModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            yield _without_ids(chunk)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield _without_ids(chunk)


def _without_ids(chunk: ChatGenerationChunk) -> ChatGenerationChunk:
    fragments: Any = [{**fragment, "id": None} for fragment in chunk.message.tool_call_chunks]
    return ChatGenerationChunk(message=replace(chunk.message, tool_call_chunks=fragments))


@defect(
    "stream-of-call-says-stop",
    story="With a call, `invoke()` ends by `tool_calls` and the stream by `stop`: a loop that looks at the reason ends "
    "before the tool is called.",
    citation="META-001",
    caught_by=("tools.end",),
)
class StreamOfCallSaysStop(EchoChatModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in super()._stream(*args, **kwargs):
            if chunk.message.response_metadata:
                chunk.message.response_metadata["finish_reason"] = "stop"
            yield chunk


@defect(
    "calls-kept-by-model",
    story="The calls of an answer are collected in a list of the model: the second answer has those of the first, too, "
    "and the tool runs twice.",
    citation="CALL-007",
    caught_by=("tools.not-kept",),
)
class CallsKeptByModel(EchoChatModel):
    def _generate(self, *args: Any, **kwargs: Any) -> Any:
        result = super()._generate(*args, **kwargs)
        message = result.generations[0].message
        self.made = [*getattr(self, "made", []), *message.tool_calls]
        message.tool_calls = self.made
        return result


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
    "call-held-back",
    story="The fragments of a call are collected until its arguments are whole, and then passed on one by one: an "
    "agent's interface shows nothing of a long document while it is written.",
    citation="D122: langchain-ai/langchainjs#9814",
    caught_by=("calls.arrive",),
    script=True,
)
class CallHeldBack(ScriptedChatModel):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        held = []
        for chunk in super()._stream(*args, **kwargs):
            if chunk.message.tool_call_chunks:
                held.append(chunk)
                continue
            yield from held
            held = []
            yield chunk
        yield from held

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        held = []
        async for chunk in super()._astream(*args, **kwargs):
            if chunk.message.tool_call_chunks:
                held.append(chunk)
                continue
            for one in held:
                yield one
            held = []
            yield chunk
        for one in held:
            yield one


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


class _OneBehind(JsonOutputKeyToolsParser):
    """Yields each object when the next one comes, to leave out the last one that may be incomplete."""

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        for before, _ in pairwise(super()._transform(pieces, run)):
            yield before

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        before: Any = None
        async for parsed in super()._atransform(pieces, run):
            if before is not None:
                yield before
            before = parsed


class _WhenWhole(JsonOutputKeyToolsParser):
    """Parses the call when it is whole."""

    def _transform(self, pieces: Iterator[AIMessage], run: Any, **kwargs: Any) -> Iterator[Any]:
        yield list(super()._transform(pieces, run))[-1]

    async def _atransform(self, pieces: AsyncIterator[AIMessage], run: Any, **kwargs: Any) -> AsyncIterator[Any]:
        yield [parsed async for parsed in super()._atransform(pieces, run)][-1]


class _Structured(ScriptedChatModel):
    parser: ClassVar[type[JsonOutputKeyToolsParser]]

    def with_structured_output(self, schema: Any) -> Runnable[Any, Any]:
        parser = self.parser(key_name=schema["title"], first_tool_only=True)
        return self.bind_tools([schema], tool_choice="any") | parser


@defect(
    "last-object-missing",
    story="The parser of structured output yields an object when the next one comes, and forgets the last one: a form "
    "that is filled from the stream lacks its last field.",
    citation="CALL-008",
    caught_by=("tools.structured",),
    script=True,
)
class LastObjectMissing(_Structured):
    parser = _OneBehind


@defect(
    "object-when-whole",
    story="Structured output is parsed when the call is whole: a form that could fill while the model writes stays "
    "empty until the end.",
    citation="CALL-006",
    caught_by=("tools.partial-objects",),
    script=True,
)
class ObjectWhenWhole(_Structured):
    parser = _WhenWhole


def _without_calls(chunk: AIMessageChunk) -> AIMessageChunk:
    return replace(chunk, tool_call_chunks=[], tool_calls=[], invalid_tool_calls=[])


@defect(
    "call-missing-in-chain-events",
    story="The model reports the text of each chunk to the run and leaves out its calls: an interface that reads the "
    "events of an agent shows the text, and no call.",
    citation="EVENT-013",
    caught_by=("tools.nested",),
    script=True,
)
class CallMissingInChainEvents(ScriptedChatModel):
    async def _achunks(self, messages: Any, answer: Any, stop: Any, kwargs: Any) -> AsyncGenerator[Any, None]:
        manager = AsyncCallbackManagerForLLMRun(answer.run)
        async for chunk in self._astream(messages, stop=stop, **kwargs):
            completed = answer.completed(chunk)
            text = ChatGenerationChunk(message=_without_calls(completed.message))
            await manager.on_llm_new_token(completed.message.content, chunk=text)
            yield completed


@defect(
    "call-missing-when-not-streamed",
    story="Where streaming is disabled, the only chunk is made of the text of the answer: an agent whose streaming was "
    "turned off for its tools never calls one.",
    citation="CALL-005",
    caught_by=("tools.not-streamed",),
    script=True,
)
class CallMissingWhenNotStreamed(ScriptedChatModel):
    def stream(self, *args: Any, **kwargs: Any) -> Any:
        for chunk in super().stream(*args, **kwargs):
            yield _without_calls(chunk) if self.disable_streaming else chunk
