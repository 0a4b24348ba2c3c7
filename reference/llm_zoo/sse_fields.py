"""Readers of server-sent events that know their fields from one provider alone."""

from llm_reference.models.openai.sse import Decoder
from llm_zoo.bases.adapter import WireAdapter, reading
from llm_zoo.defect import defect


class _BlankDemanded(Decoder):
    """Looks for "data: "."""

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        return [line for line in lines if line.startswith(b"data: ") or not line.startswith(b"data:")]


@defect(
    "blank-demanded",
    story='Only lines that begin with "data: " count: of a provider that leaves out the blank nothing arrives.',
    citation="D035: openai/openai-python#498, davidmigloz/langchain_dart#778, SamSaffron/term-llm#487",
    caught_by=("wire.syntax[no_space_after_colon]",),
    wire="openai-completions",
)
class BlankDemanded(WireAdapter):
    """Knows the prefix by heart."""

    _reads = reading(_BlankDemanded)


class _CommentsRefused(Decoder):
    """Wants a name before each colon."""

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        if any(line.startswith(b":") for line in lines):
            raise ValueError("expected key: value")
        return lines


@defect(
    "comments-refused",
    story="The comment that a gateway sends every 15 seconds is no field, and the parser says so with an exception: "
    "long thoughts fail, short ones do not.",
    citation="D036: mistralai/mistral-vibe#794, a2aproject/a2a-python#540, continuedev/continue#13144",
    caught_by=("wire.syntax[comments]", "wire.syntax[comment_inside]"),
    also_fails={"wire.syntax[id_then_comment]": "it holds comments"},
    wire="openai-completions",
)
class CommentsRefused(WireAdapter):
    """Has no patience with small talk."""

    _reads = reading(_CommentsRefused)


class _EmptyDispatched(Decoder):
    """Dispatches at every empty line, if any field was there since the last; an id is there for good."""

    _seen: frozenset[bytes] = frozenset()

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = []
        for line in super()._lines(packet):
            if line:
                self._seen |= {line.partition(b":")[0]} & {b"data", b"event", b"id", b"retry"}
            else:
                if self._seen and b"data" not in self._seen:
                    lines.append(b"data:")
                self._seen &= {b"id"}
            lines.append(line)
        return lines


@defect(
    "empty-events-dispatched",
    story="An event that has an id or a retry time and no data is passed on all the same, and its empty data is no "
    "JSON: the stream dies with the first keep-alive.",
    citation="D037: openai/openai-python#2722, openai/openai-go#621, theopenco/llmgateway#2334",
    caught_by=("wire.syntax[retry_only]", "wire.syntax[event_only]", "wire.syntax[id_then_blank]"),
    also_fails={"wire.syntax[id_then_comment]": "its comments have an id before them, which stays"},
    wire="openai-completions",
)
class EmptyEventsDispatched(WireAdapter):
    """Passes on nothing as something."""

    _reads = reading(_EmptyDispatched)


class _LineByLine(Decoder):
    """Dispatches at each line of data."""

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        return [part for line in lines for part in ((line, b"") if line.startswith(b"data:") else (line,))]


@defect(
    "data-lines-alone",
    story="Each line of data is parsed for itself: a provider that writes its JSON on several lines sends nothing "
    "but broken JSON.",
    citation="D039: mpetazzoni/sse.js#30, mpetrunic/fastify-sse-v2#93, wrzonance/WrzDJ#354",
    caught_by=("wire.syntax[multi_line_data]",),
    wire="openai-completions",
)
class DataLinesAlone(WireAdapter):
    """Takes a line for an event."""

    _reads = reading(_LineByLine)
