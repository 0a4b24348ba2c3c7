"""Chat models that lose or keep the calls of a bound tool, or what belongs to them."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

from llm_reference import AIMessageChunk, ChatGenerationChunk, EchoChatModel
from llm_reference.runs.run_manager import AsyncCallbackManagerForLLMRun
from llm_zoo.bases.scripted_chat import ScriptedChatModel
from llm_zoo.defect import defect


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
    "bound-name-in-each-fragment",
    story="The name of the tool comes with each fragment, and `invoke()` adds the fragments up itself: all entry "
    "points agree on a tool that does not exist.",
    citation="CALL-003",
    caught_by=("tools.ids",),
)
class BoundNameInEachFragment(EchoChatModel):
    def _pieces(self, *args: Any, **kwargs: Any) -> list[AIMessageChunk]:
        return [_with_fragments(one, name="get_weather") for one in super()._pieces(*args, **kwargs)]


@defect(
    "bound-id-for-each-fragment",
    story="Each fragment gets an id of its own, and `invoke()` adds the fragments up itself: all entry points agree on "
    "calls without a name.",
    citation="CALL-003",
    caught_by=("tools.ids",),
)
class BoundIdForEachFragment(EchoChatModel):
    def _pieces(self, *args: Any, **kwargs: Any) -> list[AIMessageChunk]:
        pieces = super()._pieces(*args, **kwargs)
        return [_with_fragments(one, id=f"call_{place}", index=place) for place, one in enumerate(pieces)]


def _with_fragments(chunk: AIMessageChunk, **changed: Any) -> AIMessageChunk:
    fragments: Any = [{**fragment, **changed} for fragment in chunk.tool_call_chunks]
    return replace(chunk, tool_call_chunks=fragments)


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
        if last := answer.last():
            yield last


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


def _without_calls(chunk: AIMessageChunk) -> AIMessageChunk:
    return replace(chunk, tool_call_chunks=[], tool_calls=[], invalid_tool_calls=[])
