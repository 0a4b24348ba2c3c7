"""Chat adapters that read what one provider sends, and not what another provider of the same format sends."""

from typing import Any

from llm_reference import ChatGenerationChunk, ChatResult
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


class _CallsNeedNoEnd(ChatAnswer):
    _called = False

    def _part(self, part: dict[str, Any], finish_reason: str | None, model: str | None) -> ChatGenerationChunk:
        self._called |= bool(part.get("tool_calls"))
        return super()._part(part, finish_reason, model)

    def end(self) -> None:
        if not self._called:
            super().end()


@defect(
    "cut-call-passes-for-a-whole-one",
    story="If the connection ends after a call has begun, the stream ends as if the answer were complete. The partial "
    "arguments are parsed as far as they go, and the tool is called with them.",
    citation="CALL-004",
    caught_by=("calls.cut",),
    wire=_WIRE,
)
class CutCallPassesForAWholeOne(ChatWireAdapter):
    _reads = _CallsNeedNoEnd
