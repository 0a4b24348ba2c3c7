"""Chat adapters of Gemini's API that read its chunks wrongly."""

from typing import Any

from llm_zoo.bases.gemini import GeminiAnswer, GeminiChatAdapter, Json
from llm_zoo.defect import defect

_WIRE = "gemini"


class _UsageSoFar(GeminiAnswer):
    def _usage(self, data: Json) -> Any:
        return super()._usage({**data, "candidates": [{"finishReason": "STOP"}]})


@defect(
    "gemini-usage-of-every-chunk",
    story="Every chunk has the usage so far, and the adapter passes each of them on. Their sum is a multiple of what "
    "the answer took: the prompt counts once for each chunk.",
    citation="USAGE-001",
    caught_by=("usage.once",),
    wire=_WIRE,
)
class GeminiUsageOfEveryChunk(GeminiChatAdapter):
    _reads = _UsageSoFar


class _FirstPart(GeminiAnswer):
    def _parts(self, data: Json) -> list[Json]:
        return super()._parts(data)[:1]


@defect(
    "gemini-first-part",
    story="The adapter reads the first part of a chunk. If the model calls several tools in one chunk, it sees one "
    "call.",
    citation="CALL-001",
    caught_by=("calls.dialects",),
    wire=_WIRE,
)
class GeminiFirstPart(GeminiChatAdapter):
    _reads = _FirstPart


class _NeedsParts(GeminiAnswer):
    def _parts(self, data: Json) -> list[Json]:
        if "promptFeedback" in data or self._reason_of(data) is not None:
            return super()._parts(data)
        found: list[Json] = data["candidates"][0]["content"]["parts"]
        return found


@defect(
    "gemini-needs-parts",
    story="The adapter takes it for granted that every chunk has a candidate with parts. A chunk with nothing but the "
    "usage, or with an empty content, ends the stream with an exception.",
    citation="WIRE-004",
    caught_by=("wire.terminator[content_without_parts]", "wire.terminator[usage_without_candidates]"),
    wire=_WIRE,
)
class GeminiNeedsParts(GeminiChatAdapter):
    _reads = _NeedsParts


class _EndsWithBody(GeminiAnswer):
    def end(self) -> None:
        pass


@defect(
    "gemini-ends-with-body",
    story="The adapter does not look for the finish reason. A gateway that ends the body after half of the answer has "
    "given a whole answer, it seems.",
    citation="WIRE-006",
    caught_by=("wire.cut[clean_end_early]",),
    also_fails={
        "wire.cut[close_delimited_early]": "its body ends cleanly as well",
        "wire.cut[gzip_truncated]": "the same",
        "wire.cut[truncated_json]": "the same",
        "wire.error[error_json_mid_stream]": "an error that is not an event is not read, and the body ends after it",
    },
    wire=_WIRE,
)
class GeminiEndsWithBody(GeminiChatAdapter):
    _reads = _EndsWithBody
