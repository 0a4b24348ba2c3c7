"""Parsers of server-sent events that handle the fields of one provider only."""

from llm_reference.models.openai.sse import Decoder
from llm_zoo.bases.adapter import WireAdapter, reading
from llm_zoo.defect import defect


class _SpaceRequired(Decoder):
    """Drops lines that begin with "data:" without a space."""

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        return [line for line in lines if line.startswith(b"data: ") or not line.startswith(b"data:")]


@defect(
    "space-after-colon-required",
    story='Only lines that begin with "data: " are parsed: if a provider omits the space, the answer is empty.',
    citation="D035: openai/openai-python#498, davidmigloz/langchain_dart#778, SamSaffron/term-llm#487",
    caught_by=("wire.syntax[no_space_after_colon]",),
    wire="openai-completions",
)
class SpaceAfterColonRequired(WireAdapter):
    _reads = reading(_SpaceRequired)


class _CommentsRaise(Decoder):
    """Raises at a comment."""

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        if any(line.startswith(b":") for line in lines):
            raise ValueError("expected key: value")
        return lines


@defect(
    "comments-raise",
    story="The parser raises at an SSE comment, which a gateway sends every 15 seconds as a keep-alive: long answers "
    "fail, short ones do not.",
    citation="D036: mistralai/mistral-vibe#794, a2aproject/a2a-python#540, continuedev/continue#13144",
    caught_by=("wire.syntax[comments]", "wire.syntax[comment_inside]"),
    also_fails={"wire.syntax[id_then_comment]": "it contains comments"},
    wire="openai-completions",
)
class CommentsRaise(WireAdapter):
    _reads = reading(_CommentsRaise)


class _EmptyDispatched(Decoder):
    """Dispatches an event at every empty line after any field. An `id` field counts for all later events."""

    _fields_since: frozenset[bytes] = frozenset()

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = []
        for line in super()._lines(packet):
            if line:
                self._fields_since |= {line.partition(b":")[0]} & {b"data", b"event", b"id", b"retry"}
            else:
                if self._fields_since and b"data" not in self._fields_since:
                    lines.append(b"data:")
                self._fields_since &= {b"id"}
            lines.append(line)
        return lines


@defect(
    "empty-events-dispatched",
    story="An SSE event with an id or a retry time but without data is passed on, and its empty data is not valid "
    "JSON: the stream fails at the first keep-alive.",
    citation="D037: openai/openai-python#2722, openai/openai-go#621, theopenco/llmgateway#2334",
    caught_by=("wire.syntax[retry_only]", "wire.syntax[event_only]", "wire.syntax[id_then_blank]"),
    also_fails={"wire.syntax[id_then_comment]": "the id before the comment still counts as a field at the empty line"},
    wire="openai-completions",
)
class EmptyEventsDispatched(WireAdapter):
    _reads = reading(_EmptyDispatched)


class _LineByLine(Decoder):
    """Dispatches an event at each data line."""

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        return [part for line in lines for part in ((line, b"") if line.startswith(b"data:") else (line,))]


@defect(
    "data-lines-parsed-separately",
    story="Each data line is parsed separately: if a provider writes its JSON on several lines, every line is invalid "
    "JSON.",
    citation="D039: mpetazzoni/sse.js#30, mpetrunic/fastify-sse-v2#93, wrzonance/WrzDJ#354",
    caught_by=("wire.syntax[multi_line_data]",),
    wire="openai-completions",
)
class DataLinesParsedSeparately(WireAdapter):
    _reads = reading(_LineByLine)
