"""Chat adapters that read what one provider sends, and not what another provider of the same format sends."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llm_reference import AIMessageChunk, ChatGenerationChunk, ChatResult, IncompleteAnswerError
from llm_reference.messages.tool_call import tool_call_chunk
from llm_reference.models.openai.chat_answer import ChatAnswer
from llm_zoo.bases.chat_adapter import ChatWireAdapter
from llm_zoo.defect import defect

_WIRE = "openai-chat"


class _FirstOfEachDelta(ChatAnswer):
    def _part(self, part: dict[str, Any], finish_reason: str | None, model: str | None) -> ChatGenerationChunk:
        first = (part.get("tool_calls") or [])[:1]
        return super()._part({**part, "tool_calls": first}, finish_reason, model)

    def result(self, body: bytes) -> ChatResult:
        return ChatAnswer.result(_whole(self), body)


def _whole(answer: ChatAnswer) -> ChatAnswer:
    """The answer, read as the adapter of the reference reads it."""
    answer.__class__ = ChatAnswer
    return answer


@defect(
    "second-call-of-a-delta-lost",
    story="The stream reads `delta.tool_calls[0]`. Of a provider that sends several whole calls in one event, all but "
    "the first are lost.",
    citation="CALL-001",
    caught_by=("calls.dialects",),
    wire=_WIRE,
)
class SecondCallOfADeltaLost(ChatWireAdapter):
    _reads = _FirstOfEachDelta


class _UsageWithoutChoices(ChatAnswer):
    def _chunk(self, data: dict[str, Any], key: str = "delta") -> ChatGenerationChunk | None:
        if key == "delta" and data.get("choices"):
            data = {**data, "usage": None}
        return super()._chunk(data, key)


@defect(
    "usage-beside-choices-lost",
    story="Usage is read from the event without choices, as OpenAI sends it. Providers that send it with the finish "
    "reason are free of charge.",
    citation="USAGE-001",
    caught_by=("usage.dialects",),
    wire=_WIRE,
)
class UsageBesideChoicesLost(ChatWireAdapter):
    _reads = _UsageWithoutChoices


class _OneReasoningKey(ChatAnswer):
    def _chunk(self, data: dict[str, Any], key: str = "delta") -> ChatGenerationChunk | None:
        if key == "delta":
            data = {**data, "choices": [_without_reasoning(choice) for choice in data.get("choices") or ()]}
        return super()._chunk(data, key)


def _without_reasoning(choice: dict[str, Any]) -> dict[str, Any]:
    return {**choice, "delta": {**choice["delta"], "reasoning": None}}


@defect(
    "stream-reads-one-reasoning-key",
    story="`invoke()` reads reasoning under both of its names, the stream only `reasoning_content`: with another "
    "server of the same format the reasoning is missing.",
    citation="BLOCK-001",
    caught_by=("blocks.dialects",),
    wire=_WIRE,
)
class StreamReadsOneReasoningKey(ChatWireAdapter):
    _reads = _OneReasoningKey


# What a library that repairs JSON makes of arguments that end inside the first key.
_REPAIR = '": null}'


@defect(
    "cut-call-is-repaired",
    story="If the connection ends inside the arguments of a call, the JSON is repaired and the stream ends as if the "
    "answer were complete: the tool is called with arguments that the model never gave.",
    citation="CALL-004",
    caught_by=("calls.cut",),
    wire=_WIRE,
)
class CutCallIsRepaired(ChatWireAdapter):
    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        called = False
        try:
            for chunk in super()._stream(*args, **kwargs):
                called |= bool(chunk.message.tool_call_chunks)
                yield chunk
        except IncompleteAnswerError:
            if not called:
                raise
            yield _end_of_call()

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        called = False
        try:
            async for chunk in super()._astream(*args, **kwargs):
                called |= bool(chunk.message.tool_call_chunks)
                yield chunk
        except IncompleteAnswerError:
            if not called:
                raise
            yield _end_of_call()


def _end_of_call() -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk("", tool_call_chunks=[tool_call_chunk(args=_REPAIR, index=0)]))
