"""Readers of server-sent events that have an idea of their own of what ends a line."""

import codecs

from llm_reference.models.openai.sse import Decoder
from llm_zoo.bases.adapter import WireAdapter, reading
from llm_zoo.defect import defect


class _Splitlines(Decoder):
    """Asks str.splitlines, as many an iter_lines() does."""

    def _lines(self, packet: bytes) -> list[bytes]:
        texts = [line.decode("utf-8", "replace") for line in super()._lines(packet)]
        return [part.encode() for text in texts for part in text.splitlines() or [""]]


@defect(
    "lines-split-as-text",
    story="Lines are split as text is: U+2028, U+2029 and U+0085 within a token tear its JSON in two, and the stream "
    "breaks as soon as a model quotes a web page.",
    citation="D034: florimondmanca/httpx-sse#34, mpetazzoni/sseclient#9, langgenius/dify#39008",
    caught_by=("wire.content[u2028]", "wire.content[u2029]", "wire.content[u0085]"),
    wire="openai-completions",
)
class LinesSplitAsText(WireAdapter):
    """Knows eleven ends of a line."""

    _reads = reading(_Splitlines)


class _LineFeeds(Decoder):
    """Splits at LF alone."""

    def _lines(self, packet: bytes) -> list[bytes]:
        *lines, rest = b"".join((*self._rest, packet)).split(b"\n")
        self._rest = [rest]
        if lines and self._first:
            lines[0], self._first = lines[0].removeprefix(codecs.BOM_UTF8), False
        return lines


@defect(
    "line-feeds-only",
    story="Events are looked for between two LF in a row: behind a gateway that ends lines with CR LF there are none, "
    "and the whole answer waits for an end of its first event.",
    citation="D040: miruamel/xuan#194, tombii/better-ccflare#454, vercel/ai#6200",
    caught_by=("wire.syntax[crlf]", "wire.syntax[cr_only]"),
    also_fails={
        "wire.syntax[crlf_cut]": "its lines end in CR LF",
        "wire.syntax[mixed_eol]": "some of its lines do",
        "wire.other-calls": "events come by the same stream",
    },
    wire="openai-completions",
)
class LineFeedsOnly(WireAdapter):
    """Has read the standard as far as its first example."""

    _reads = reading(_LineFeeds)


class _MendedByPacket(_LineFeeds):
    """Makes CR LF to LF before anything else, in what it has at hand."""

    def _lines(self, packet: bytes) -> list[bytes]:
        return super()._lines(packet.replace(b"\r\n", b"\n"))


@defect(
    "crlf-mended-by-packet",
    story="CR LF becomes LF packet by packet: where the network cuts between the two, the CR stays, the empty line "
    "behind an event is none, and two events run together.",
    citation="D041: rexxars/eventsource-parser#17, ax-llm/ax#622, withastro/flue#215",
    caught_by=("wire.syntax[crlf_cut]",),
    also_fails={
        "wire.syntax[cr_only]": "a CR alone is nothing to it",
        "wire.syntax[mixed_eol]": "the same of some lines",
        "wire.other-calls": "events come by the same stream",
    },
    wire="openai-completions",
)
class CrlfMendedByPacket(WireAdapter):
    """Cleans up one packet at a time."""

    _reads = reading(_MendedByPacket)


class _BomKept(Decoder):
    """Has no beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._first = False


@defect(
    "bom-kept",
    story="The byte order mark before a stream sticks to its first line, which is then a field that nobody knows: "
    "the first token is missing.",
    citation="D042: agentic-os-org/ANOLISA#2209",
    caught_by=("wire.syntax[bom]", "wire.syntax[bom_text_first]"),
    wire="openai-completions",
)
class BomKept(WireAdapter):
    """Has never seen one."""

    _reads = reading(_BomKept)


class _ShortLines(Decoder):
    """Reads as bufio.Scanner does."""

    limit = 65536

    def _lines(self, packet: bytes) -> list[bytes]:
        lines = super()._lines(packet)
        if any(len(line) > self.limit for line in lines):
            raise ValueError("token too long")
        return lines


@defect(
    "lines-limited",
    story="A line may be 64 KiB long, as the reader has it by default: a model that writes a whole file in one call, "
    "or a provider that sends an answer at once, ends the stream with an error.",
    # Seen in infiniflow/ragflow#15381 and openai/openai-go#368.
    citation="WIRE-003",
    caught_by=("wire.content[event_200k]", "wire.content[event_2m]"),
    wire="openai-completions",
)
class LinesLimited(WireAdapter):
    """Thinks that nobody has that much to say."""

    _reads = reading(_ShortLines)
