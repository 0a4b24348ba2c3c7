"""Chat models that lose or garble what they are made to say beside text: calls, usage, reasoning, the end."""

from dataclasses import replace
from typing import Any

from llm_reference import AIMessageChunk
from llm_zoo.bases.scripted_chat import Reader, ScriptedChatModel
from llm_zoo.defect import defect


class _OneIndex(Reader):
    def _call(self, **fragment: Any) -> AIMessageChunk:
        return super()._call(**{**fragment, "index": 0})


@defect(
    "calls-share-an-index",
    story="Every fragment has index 0, so two calls that arrive in parallel are merged into one.",
    citation="CALL-002",
    caught_by=("calls.exact",),
    script=True,
)
class CallsShareAnIndex(ScriptedChatModel):
    reader = _OneIndex


class _NameInEachFragment(Reader):
    _name = ""

    def _call(self, **fragment: Any) -> AIMessageChunk:
        self._name = fragment.get("name") or self._name
        return super()._call(**{**fragment, "name": self._name})


@defect(
    "call-name-in-each-fragment",
    story="Each fragment repeats the name of its tool, and `+` joins them: the agent looks for `weatherweather`.",
    citation="CALL-003",
    caught_by=("calls.exact",),
    script=True,
)
class CallNameInEachFragment(ScriptedChatModel):
    reader = _NameInEachFragment


class _WithoutIds(Reader):
    def _call(self, **fragment: Any) -> AIMessageChunk:
        return super()._call(**{**fragment, "id": None})


@defect(
    "call-without-id",
    story="The id of a call is not passed on: the result of the tool cannot be sent back, because it names no call.",
    citation="CALL-003",
    caught_by=("calls.exact",),
    script=True,
)
class CallWithoutId(ScriptedChatModel):
    reader = _WithoutIds


class _OnlyTheFirstCall(Reader):
    def chunk(self, piece: Any) -> AIMessageChunk:
        return AIMessageChunk() if getattr(piece, "index", 0) else super().chunk(piece)


@defect(
    "async-stream-loses-later-calls",
    story="The asynchronous stream reads `tool_calls[0]` only: of two calls in parallel, the second is never made.",
    citation="CALL-001",
    caught_by=("calls.exact",),
    script=True,
)
class AsyncStreamLosesLaterCalls(ScriptedChatModel):
    areader = _OnlyTheFirstCall


class _TextOrCalls(Reader):
    """Leaves out the text after a call."""

    _called = False

    def chunk(self, piece: Any) -> AIMessageChunk:
        self._called |= piece.type == "tool_call"
        return AIMessageChunk() if self._called and piece.type == "text" else super().chunk(piece)


@defect(
    "text-after-call-lost",
    story="An answer is read as text or as calls: once a call has begun, the text behind it is lost.",
    citation="STREAM-001",
    caught_by=("calls.keeps-text",),
    script=True,
)
class TextAfterCallLost(ScriptedChatModel):
    reader = _TextOrCalls


class _RaisesOnRefusal(Reader):
    def chunk(self, piece: Any) -> AIMessageChunk:
        if piece.type == "refusal":
            raise KeyError("content")
        return super().chunk(piece)


@defect(
    "refusal-raises",
    story="A refusal has no `content`, and the parser takes the key for granted: the user sees a KeyError.",
    citation="CALL-005",
    caught_by=("calls.completes",),
    script=True,
)
class RefusalRaises(ScriptedChatModel):
    reader = _RaisesOnRefusal


class _ReasoningCounted(Reader):
    def _usage(self, piece: Any) -> AIMessageChunk:
        return super()._usage(replace(piece, completion=piece.completion + piece.reasoning))


@defect(
    "reasoning-tokens-counted-twice",
    story="Reasoning tokens are a part of the completion, and are added to it: the bill for an answer with reasoning "
    "is too high.",
    citation="USAGE-001",
    caught_by=("usage.exact",),
    script=True,
)
class ReasoningTokensCountedTwice(ScriptedChatModel):
    reader = _ReasoningCounted


class _WithoutDetails(Reader):
    def _usage(self, piece: Any) -> AIMessageChunk:
        chunk = super()._usage(piece)
        if chunk.usage_metadata is not None:
            del chunk.usage_metadata["input_token_details"], chunk.usage_metadata["output_token_details"]
        return chunk


@defect(
    "details-lost-in-stream",
    story="`invoke()` reports the reasoning tokens, the streams count them with the others: of a stream that costs ten "
    "times as much as its text, no report shows why.",
    citation="USAGE-003",
    caught_by=("usage.same-answer",),
    script=True,
)
class DetailsLostInStream(ScriptedChatModel):
    reader = _WithoutDetails
    whole_reader = Reader


class _WithoutReasoning(Reader):
    def chunk(self, piece: Any) -> AIMessageChunk:
        chunk = super().chunk(piece)
        return AIMessageChunk() if piece.type == "reasoning" else chunk


@defect(
    "stream-without-reasoning",
    story="`invoke()` gives the reasoning, the streams drop its text: a user interface shows a long pause instead.",
    citation="BLOCK-001",
    caught_by=("blocks.same-answer",),
    script=True,
)
class StreamWithoutReasoning(ScriptedChatModel):
    reader = _WithoutReasoning
    whole_reader = Reader


class _AlwaysStop(Reader):
    def chunk(self, piece: Any) -> AIMessageChunk:
        return super().chunk(replace(piece, reason="stop") if piece.type == "finish" else piece)


@defect(
    "cut-answer-says-stop",
    story="The finish reason is a constant: an answer that the token limit cuts off passes for a whole one.",
    citation="META-001",
    caught_by=("metadata.cut-by-length",),
    script=True,
)
class CutAnswerSaysStop(ScriptedChatModel):
    reader = _AlwaysStop


class _RepairsArguments(Reader):
    """Completes arguments that end inside a key."""

    def chunk(self, piece: Any) -> AIMessageChunk:
        chunk = super().chunk(piece)
        cut = piece.type == "finish" and piece.reason == "length"
        return chunk + self._call(index=0, args='": null}') if cut else chunk


@defect(
    "call-cut-by-length-is-repaired",
    story="If the token limit ends an answer inside the arguments of a call, the JSON is repaired: the agent calls the "
    "tool without the arguments that were still to come.",
    citation="CALL-004",
    caught_by=("calls.cut-by-length",),
    script=True,
)
class CallCutByLengthIsRepaired(ScriptedChatModel):
    reader = _RepairsArguments


class _StopInStreams(Reader):
    def chunk(self, piece: Any) -> AIMessageChunk:
        stops = piece.type == "finish" and piece.reason == "tool_calls"
        return super().chunk(replace(piece, reason="stop") if stops else piece)


@defect(
    "stream-says-stop-for-calls",
    story="`invoke()` says that the model stopped for its calls, the streams say `stop`: a loop that looks at the "
    "reason ends before the tools are called.",
    citation="META-001",
    caught_by=("metadata.same-answer",),
    script=True,
)
class StreamSaysStopForCalls(ScriptedChatModel):
    reader = _StopInStreams
    whole_reader = Reader
