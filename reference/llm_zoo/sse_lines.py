"""Parsers of server-sent events that split lines wrongly."""

import codecs

from llm_reference.models.openai.sse import Decoder
from llm_zoo.bases.adapter import WireAdapter, reading
from llm_zoo.defect import defect


class _Splitlines(Decoder):
    """Splits lines with `str.splitlines()`, as many an `iter_lines()` does."""

    def _lines(self, packet: bytes) -> list[bytes]:
        texts = [line.decode("utf-8", "replace") for line in super()._lines(packet)]
        return [part.encode() for text in texts for part in text.splitlines() or [""]]


@defect(
    "lines-split-as-text",
    story="Lines are split with `str.splitlines()`: U+2028, U+2029 and U+0085 within a token split its JSON in two, "
    "and the stream fails when a model quotes a web page.",
    citation="D034: florimondmanca/httpx-sse#34, mpetazzoni/sseclient#9, langgenius/dify#39008",
    caught_by=("wire.content[u2028]", "wire.content[u2029]", "wire.content[u0085]"),
    wire="openai-completions",
)
class LinesSplitAsText(WireAdapter):
    _reads = reading(_Splitlines)


class _LineFeeds(Decoder):
    """Splits lines at LF only."""

    def _lines(self, packet: bytes) -> list[bytes]:
        *lines, rest = b"".join((*self._rest, packet)).split(b"\n")
        self._rest = [rest]
        if lines and self._first:
            lines[0], self._first = lines[0].removeprefix(codecs.BOM_UTF8), False
        return lines


@defect(
    "line-feeds-only",
    story="The parser separates events by two LF in a row: behind a gateway that ends lines with CR LF it finds none, "
    "and the stream yields nothing until its end.",
    citation="D040: miruamel/xuan#194, tombii/better-ccflare#454, vercel/ai#6200",
    caught_by=("wire.syntax[crlf]", "wire.syntax[cr_only]"),
    also_fails={
        "wire.syntax[crlf_cut]": "its lines end in CR LF",
        "wire.syntax[mixed_eol]": "some of its lines end in CR LF",
    },
    wire="openai-completions",
)
class LineFeedsOnly(WireAdapter):
    _reads = reading(_LineFeeds)


class _CrlfReplacedByPacket(_LineFeeds):
    """Replaces CR LF by LF within each packet."""

    def _lines(self, packet: bytes) -> list[bytes]:
        return super()._lines(packet.replace(b"\r\n", b"\n"))


@defect(
    "crlf-normalised-by-packet",
    story="CR LF is replaced by LF within each packet: where a packet ends between the two, the CR remains, the empty "
    "line after the event is not recognised, and two events are joined.",
    citation="D041: rexxars/eventsource-parser#17, ax-llm/ax#622, withastro/flue#215",
    caught_by=("wire.syntax[crlf_cut]",),
    also_fails={
        "wire.syntax[cr_only]": "it does not recognise a CR alone",
        "wire.syntax[mixed_eol]": "some of its lines end in CR alone",
    },
    wire="openai-completions",
)
class CrlfNormalisedByPacket(WireAdapter):
    _reads = reading(_CrlfReplacedByPacket)


class _BomKept(Decoder):
    """Does not remove a byte order mark."""

    def __init__(self) -> None:
        super().__init__()
        self._first = False


@defect(
    "bom-kept",
    story="The byte order mark before a stream becomes part of the first field name: the first token is lost.",
    citation="D042: agentic-os-org/ANOLISA#2209",
    caught_by=("wire.syntax[bom]", "wire.syntax[bom_text_first]"),
    wire="openai-completions",
)
class BomKept(WireAdapter):
    _reads = reading(_BomKept)


class _ShortLines(Decoder):
    """Limits the length of a line, as Go's `bufio.Scanner` does."""

    limit = 65536

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        if any(len(line) > self.limit for line in lines):
            raise ValueError("token too long")
        return lines


@defect(
    "line-length-limited",
    story="The reader's default limits a line to 64 KiB: an answer with a longer event, such as a whole file in one "
    "tool call, ends in an error.",
    # See infiniflow/ragflow#15381 and openai/openai-go#368.
    citation="WIRE-003",
    caught_by=("wire.content[event_200k]", "wire.content[event_2m]"),
    wire="openai-completions",
)
class LineLengthLimited(WireAdapter):
    _reads = reading(_ShortLines)
