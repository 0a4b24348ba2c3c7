"""Chat adapters of OpenAI's responses API that read its events wrongly."""

from llm_reference import AIMessageChunk
from llm_zoo.bases.responses import Json, ResponsesAnswer, ResponsesChatAdapter
from llm_zoo.defect import defect

_WIRE = "openai-responses"


class _FirstCallAlone(ResponsesAnswer):
    _first: int | None = None

    def _of_part(self, name: str, step: str, event: Json) -> list[AIMessageChunk]:
        if name == "function_call_arguments":
            self._first = event["output_index"] if self._first is None else self._first
            if event["output_index"] != self._first:
                return []
        return super()._of_part(name, step, event)


@defect(
    "responses-second-call-without-arguments",
    story="The parser looks the arguments up by an id that their events do not have, and knows those of the first "
    "call alone: every later call of the answer is run without arguments.",
    citation="D119: 6Kmfi6HP/opencode2api#17",
    caught_by=("calls.exact",),
    wire=_WIRE,
)
class ResponsesSecondCallWithoutArguments(ResponsesChatAdapter):
    _reads = _FirstCallAlone


class _AnyEnd(ResponsesAnswer):
    def end(self) -> None:
        """The body has ended, so the answer has."""


@defect(
    "responses-need-no-end",
    story="The end of the body counts as the end of the response: an answer that a gateway cuts off is stored as a "
    "whole one.",
    citation="WIRE-006",
    caught_by=("wire.cut[no_final_event]", "wire.cut[clean_end_early]"),
    also_fails={
        "wire.cut[close_delimited_early]": "its body ends cleanly as well",
        "wire.cut[gzip_truncated]": "the same",
        "wire.cut[truncated_json]": "the same",
        "wire.error[error_bare_json]": "the error is not an SSE event, and the body ends after it",
        "wire.error[error_field]": "the same",
    },
    wire=_WIRE,
)
class ResponsesNeedNoEnd(ResponsesChatAdapter):
    _reads = _AnyEnd


class _FailedIsEnd(ResponsesAnswer):
    def _of_event(self, event: Json) -> list[AIMessageChunk]:
        if event["type"] == "response.failed":
            self.complete = True
            return []
        return super()._of_event(event)


@defect(
    "responses-failed-is-an-end",
    story="Every event of the response's end stops the parser, `response.failed` too: what the model said before it "
    "failed looks like a short answer.",
    citation="D066: langchain-ai/langchain#39039",
    caught_by=("wire.error[failed_mid_stream]",),
    wire=_WIRE,
)
class ResponsesFailedIsAnEnd(ResponsesChatAdapter):
    _reads = _FailedIsEnd


class _AlwaysCompleted(ResponsesAnswer):
    def _of_event(self, event: Json) -> list[AIMessageChunk]:
        if event["type"] == "response.incomplete":
            event = {**event, "response": {**event["response"], "status": "completed", "incomplete_details": None}}
        return super()._of_event(event)


@defect(
    "responses-incomplete-is-complete",
    story="`response.incomplete` is read as `response.completed`: a stream does not say that the token limit cut its "
    "answer off.",
    citation="D109: pydantic/pydantic-ai#7911",
    caught_by=("metadata.cut-by-length",),
    wire=_WIRE,
)
class ResponsesIncompleteIsComplete(ResponsesChatAdapter):
    _reads = _AlwaysCompleted


class _TextTwice(ResponsesAnswer):
    def _of_event(self, event: Json) -> list[AIMessageChunk]:
        if event["type"] == "response.output_text.done":
            return [self._text(event["text"])]
        return super()._of_event(event)


@defect(
    "responses-text-twice",
    story="`response.output_text.done` has the whole text once more, and the parser passes it on: a stream says "
    "everything twice.",
    citation="D021: danielmiessler/Fabric#1686",
    caught_by=("stream.exact",),
    wire=_WIRE,
)
class ResponsesTextTwice(ResponsesChatAdapter):
    _reads = _TextTwice


class _WithoutRefusals(ResponsesAnswer):
    def _of_event(self, event: Json) -> list[AIMessageChunk]:
        return [] if event["type"].startswith("response.refusal.") else super()._of_event(event)


@defect(
    "responses-refusal-lost",
    story="The parser knows no `response.refusal.delta`: a refusal that streams is an empty answer.",
    citation="BLOCK-001",
    caught_by=("blocks.same-answer",),
    wire=_WIRE,
)
class ResponsesRefusalLost(ResponsesChatAdapter):
    _reads = _WithoutRefusals


class _UsageTwice(ResponsesAnswer):
    def _of_event(self, event: Json) -> list[AIMessageChunk]:
        chunks = super()._of_event(event)
        if self.complete:
            usage = AIMessageChunk("", id=self._id, usage_metadata=chunks[-1].usage_metadata)
            return [usage, *chunks]
        return chunks


@defect(
    "responses-usage-twice",
    story="The usage becomes a chunk of its own, and is in the last chunk as well: every answer that is streamed costs "
    "twice as much.",
    citation="USAGE-002",
    caught_by=("usage.once",),
    wire=_WIRE,
)
class ResponsesUsageTwice(ResponsesChatAdapter):
    _reads = _UsageTwice


class _ReadsOn(ResponsesAnswer):
    _has_ended = False

    def _of_event(self, event: Json) -> list[AIMessageChunk]:
        chunks = super()._of_event(event)
        self._has_ended, self.complete = self._has_ended or self.complete, False
        return chunks

    def end(self) -> None:
        """Raise IncompleteAnswerError if no event ended the response."""
        self.complete = self._has_ended
        super().end()


@defect(
    "responses-read-past-the-end",
    story="The parser goes on after `response.completed`, until the provider closes the body: what comes after it "
    "becomes a part of the answer, and a provider that keeps the connection open blocks the user.",
    citation="WIRE-004",
    caught_by=("wire.terminator[delta_after_end]", "wire.terminator[late_close]"),
    also_fails={"wire.terminator[done_after_end]": "`[DONE]` is not an event of the response"},
    wire=_WIRE,
)
class ResponsesReadPastTheEnd(ResponsesChatAdapter):
    _reads = _ReadsOn
