"""Chat adapters of Ollama's chat API that read its lines wrongly."""

# ruff: noqa: ARG002  # each method has the signature of its base

from typing import Any

from llm_reference import ChatResult
from llm_reference.messages.tool_call import ToolCallChunk
from llm_zoo.bases.ollama import Json, OllamaAnswer, OllamaChatAdapter
from llm_zoo.defect import defect

_WIRE = "ollama-chat"


class _Repr(OllamaAnswer):
    def _arguments(self, arguments: Json) -> str:
        return str(arguments)


@defect(
    "ollama-arguments-as-python",
    story="The arguments of a call come as an object, and the adapter passes on `str()` of it: single quotes are no "
    "JSON, and no tool is ever called.",
    citation="CALL-004",
    caught_by=("calls.exact",),
    wire=_WIRE,
)
class OllamaArgumentsAsPython(OllamaChatAdapter):
    _reads = _Repr


class _LastOfLine(OllamaAnswer):
    def _fragments(self, calls: list[Json]) -> list[ToolCallChunk]:
        return super()._fragments(calls[-1:])


@defect(
    "ollama-last-call-of-a-line",
    story="Of the calls in one line, only the last is kept: an answer that is not streamed has all of them in one.",
    citation="CALL-001",
    caught_by=("calls.exact",),
    wire=_WIRE,
)
class OllamaLastCallOfALine(OllamaChatAdapter):
    _reads = _LastOfLine


class _Streamed(OllamaAnswer):
    """Reads a stream in its own way, and a whole answer as its base does."""

    def result(self, body: bytes) -> ChatResult:
        return OllamaAnswer(self._status, self._headers, self._secret).result(body)


class _WithoutReason(_Streamed):
    def _ended(self, data: Json) -> dict[str, Any]:
        return super()._ended({**data, "done_reason": None})


@defect(
    "ollama-done-reason-lost",
    story="The stream does not read `done_reason`: an answer that the token limit cut off looks complete.",
    citation="D109: deepset-ai/haystack-home#427",
    caught_by=("metadata.streamed",),
    wire=_WIRE,
)
class OllamaDoneReasonLost(OllamaChatAdapter):
    _reads = _WithoutReason


class _WithoutThinking(_Streamed):
    def _beside(self, message: Json) -> Json:
        return {}


@defect(
    "ollama-thinking-lost-in-stream",
    story="The stream reads `content` and not `thinking`: a model that reasons for a minute shows nothing, and its "
    "reasoning is lost.",
    citation="D125: run-llama/llama_index#21232",
    caught_by=("blocks.same-answer",),
    wire=_WIRE,
)
class OllamaThinkingLostInStream(OllamaChatAdapter):
    _reads = _WithoutThinking


class _ThinkingIsText(_Streamed):
    def _text(self, message: Json) -> str:
        return (message.get("thinking") or "") + super()._text(message)

    def _beside(self, message: Json) -> Json:
        return {}


@defect(
    "ollama-thinking-is-text",
    story="The stream adds `thinking` to its text: an answer that is parsed as JSON begins with prose.",
    citation="BLOCK-001",
    caught_by=("blocks.same-answer",),
    wire=_WIRE,
)
class OllamaThinkingIsText(OllamaChatAdapter):
    _reads = _ThinkingIsText


class _TotalOfAnswer(_Streamed):
    def _ended(self, data: Json) -> dict[str, Any]:
        ended = super()._ended(data)
        usage = ended["usage_metadata"]
        return {**ended, "usage_metadata": {**usage, "total_tokens": usage["output_tokens"]}}


@defect(
    "ollama-total-without-prompt",
    story="In a stream `eval_count` is taken for the total: the tokens of the prompt are never counted.",
    citation="USAGE-002",
    caught_by=("usage.total",),
    wire=_WIRE,
)
class OllamaTotalWithoutPrompt(OllamaChatAdapter):
    _reads = _TotalOfAnswer


class _ThoughtRequired(_Streamed):
    def _chunk(self, data: Json) -> Any:
        if data["message"].get("thinking") and not data["message"]["content"]:
            raise self._error("expected a text in each line")
        return super()._chunk(data)


@defect(
    "ollama-thinking-alone-raises",
    story="A line that has `thinking` and no text is taken for broken: every model that reasons fails with an error "
    "that speaks of the connection.",
    citation="D059: BerriAI/litellm#13375",
    caught_by=("calls.completes",),
    wire=_WIRE,
)
class OllamaThinkingAloneRaises(OllamaChatAdapter):
    _reads = _ThoughtRequired
