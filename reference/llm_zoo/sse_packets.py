"""Parsers that treat network packets as units of text or as whole events."""

from collections.abc import Iterator

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.sse import Decoder
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect


class DecodedByPacket(Answer):
    """Decodes each packet separately."""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        """The chunks in this packet; characters that it splits are replaced."""
        return super().feed(packet.decode("utf-8", "replace").encode())


@defect(
    "packets-decoded-separately",
    story="Each packet is decoded separately: where a packet ends within a character, the answer contains two "
    "replacement characters. In Chinese this affects one answer in 250, at random.",
    citation="D032: vllm-project/vllm#38732, zeroclaw-labs/zeroclaw#3723, mpetazzoni/sseclient#8",
    caught_by=("wire.delivery[utf8_cuts]", "any-text.cut"),
    also_fails={
        "wire.delivery[*]": "other packet sizes also split characters",
        "wire.syntax[bom_text_first]": "the byte order mark is split and becomes two characters",
    },
    wire="openai-completions",
)
class PacketsDecodedSeparately(WireAdapter):
    _reads = DecodedByPacket


class _ParserPerPacket(Answer):
    """Starts a new parser for each packet."""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        self._decoder = Decoder()
        return super().feed(packet)


@defect(
    "packets-parsed-separately",
    story="Each packet is parsed as if it contained whole events: an event that is split between packets is lost. On "
    "the developer's machine every packet is one event.",
    citation="D043: mistralai/client-js#18, fastrepl/anarlog#6872, truefoundry/llm-locust#18",
    caught_by=("wire.delivery[random_cuts]", "wire.delivery[cut_at]"),
    also_fails={
        "wire.delivery[*]": "other packet sizes also split events",
        "wire.syntax[crlf_cut]": "it splits events",
        "wire.content[*]": "events longer than one read of the socket are split",
    },
    may_also_fail=dict.fromkeys(
        ("any-text.stream", "stream.flat-memory"), "some of many tokens are split when the reader falls behind"
    ),
    wire="openai-completions",
)
class PacketsParsedSeparately(WireAdapter):
    _reads = _ParserPerPacket
