"""Chat adapters of Anthropic's messages API that read its events wrongly."""

# ruff: noqa: ARG002  # each method has the signature of its base

from typing import Any

from llm_reference import AIMessageChunk
from llm_reference.messages.tool_call import tool_call_chunk
from llm_zoo.bases.anthropic import AnthropicAnswer, AnthropicChatAdapter, Json, usage_metadata
from llm_zoo.defect import defect

_WIRE = "anthropic-messages"


class _WithoutSignatures(AnthropicAnswer):
    def _of_signature(self, index: int, signature: str) -> AIMessageChunk:
        return self._blocks([])


@defect(
    "anthropic-signature-lost",
    story="The stream does not know `signature_delta`: its reasoning has no signature, and the provider refuses the "
    "next turn of the conversation.",
    citation="BLOCK-001",
    caught_by=("blocks.same-answer",),
    wire=_WIRE,
)
class AnthropicSignatureLost(AnthropicChatAdapter):
    _reads = _WithoutSignatures


class _UsageTwice(AnthropicAnswer):
    def _of_event(self, event: Json) -> AIMessageChunk | None:
        chunk = super()._of_event(event)
        if chunk is not None and event["type"] == "message_start":
            chunk.usage_metadata = usage_metadata(event["message"]["usage"])
        return chunk


@defect(
    "anthropic-usage-twice",
    story="`message_start` and `message_delta` both tell the input tokens, and each becomes a chunk with usage: every "
    "prompt that is streamed costs twice as much.",
    citation="USAGE-002",
    caught_by=("usage.once",),
    wire=_WIRE,
)
class AnthropicUsageTwice(AnthropicChatAdapter):
    _reads = _UsageTwice


class _OutputAlone(AnthropicAnswer):
    def _of_event(self, event: Json) -> AIMessageChunk | None:
        if event["type"] == "message_delta":
            usage = {"input_tokens": 0, **event["usage"]}
            self._usage = {}
            return self._ended(event["delta"], usage)
        return super()._of_event(event)


@defect(
    "anthropic-input-tokens-zero",
    story="The stream reads usage from `message_delta` alone. Of a provider that tells only the output tokens there, "
    "as the SDK's type allows, every prompt is free of charge.",
    citation="USAGE-001",
    caught_by=("usage.dialects",),
    wire=_WIRE,
)
class AnthropicInputTokensZero(AnthropicChatAdapter):
    _reads = _OutputAlone


class _WithoutReason(AnthropicAnswer):
    def _of_event(self, event: Json) -> AIMessageChunk | None:
        if event["type"] == "message_delta":
            event = {**event, "delta": {**event["delta"], "stop_reason": None}}
        return super()._of_event(event)


@defect(
    "anthropic-stop-reason-lost",
    story="Of `message_delta` only the usage is read: a stream does not say that the token limit cut its answer off.",
    citation="D109: langchain-ai/langchain-google#342",
    caught_by=("metadata.streamed",),
    wire=_WIRE,
)
class AnthropicStopReasonLost(AnthropicChatAdapter):
    _reads = _WithoutReason


class _EmptyInputKept(AnthropicAnswer):
    def _of_opening(self, index: int, block: Json) -> AIMessageChunk:
        return self._of_block(index, block)


@defect(
    "anthropic-empty-input-kept",
    story='The empty input of a call that begins is sent as the fragment `{}` before the real ones: `{}{"city": ..}` '
    "is no JSON, and no tool is ever called.",
    citation="CALL-004",
    caught_by=("calls.exact",),
    wire=_WIRE,
)
class AnthropicEmptyInputKept(AnthropicChatAdapter):
    _reads = _EmptyInputKept


class _ThoughtIsText(AnthropicAnswer):
    def _of_thought(self, index: int, text: str) -> AIMessageChunk:
        return self._of_text(index, text)

    def _of_opening(self, index: int, block: Json) -> AIMessageChunk:
        if block["type"] == "thinking":
            return self._blocks([])
        return super()._of_opening(index, block)

    def _of_signature(self, index: int, signature: str) -> AIMessageChunk:
        return self._blocks([])


@defect(
    "anthropic-thinking-is-text",
    story="`thinking_delta` is read as text: while it streams, the user sees what the model thinks before it answers.",
    citation="BLOCK-001",
    caught_by=("blocks.same-answer",),
    wire=_WIRE,
)
class AnthropicThinkingIsText(AnthropicChatAdapter):
    _reads = _ThoughtIsText


class _OneCall(AnthropicAnswer):
    def _call(self, fragment: Any) -> AIMessageChunk:
        return super()._call(tool_call_chunk(**{**_without_type(fragment), "index": 0}))


def _without_type(fragment: Any) -> dict[str, Any]:
    return {key: value for key, value in fragment.items() if key != "type"}


@defect(
    "anthropic-calls-share-an-index",
    story="Every fragment of a call has the index 0: of two calls in one answer, all arguments are added to the first.",
    citation="D117: langchain-ai/langchain#34807",
    caught_by=("calls.exact",),
    wire=_WIRE,
)
class AnthropicCallsShareAnIndex(AnthropicChatAdapter):
    _reads = _OneCall
