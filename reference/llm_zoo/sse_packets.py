"""Readers that take the packets of the network for something that the provider meant."""

from collections.abc import Iterator

from llm_reference import GenerationChunk
from llm_reference.models.openai.answer import Answer
from llm_reference.models.openai.sse import Decoder
from llm_zoo.bases.adapter import WireAdapter
from llm_zoo.defect import defect


class DecodedAlone(Answer):
    """Makes text of each packet before it looks for events."""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        """The chunks in this packet, of which no character knows the next packet."""
        return super().feed(packet.decode("utf-8", "replace").encode())


@defect(
    "packets-decoded-alone",
    story="Each packet is decoded for itself: where the network cuts a character in two, two replacement characters "
    "stand in the answer. In Chinese it is one answer in 250, and never the same one.",
    citation="D032: vllm-project/vllm#38732, zeroclaw-labs/zeroclaw#3723, mpetazzoni/sseclient#8",
    caught_by=("wire.delivery[utf8_cuts]", "any-text.cut"),
    also_fails={
        "wire.delivery[*]": "whatever else cuts within characters",
        "wire.syntax[bom_text_first]": "that byte order mark is cut, and becomes two characters",
        "wire.other-calls": "events come by the same stream",
    },
    wire="openai-completions",
)
class PacketsDecodedAlone(WireAdapter):
    """Has met only packets that end where characters do."""

    _reads = DecodedAlone


class _EachForItself(Answer):
    """Begins anew with each packet."""

    def feed(self, packet: bytes) -> Iterator[GenerationChunk]:
        self._decoder = Decoder()
        return super().feed(packet)


@defect(
    "packets-parsed-alone",
    story="A packet is parsed as if it were whole events: an event that the network cuts is skipped, in both halves. "
    "On the developer's machine every packet is one event.",
    citation="D043: mistralai/client-js#18, fastrepl/anarlog#6872, truefoundry/llm-locust#18",
    caught_by=("wire.delivery[random_cuts]", "wire.delivery[cut_at]"),
    also_fails={
        "wire.delivery[*]": "whatever else cuts within events",
        "wire.syntax[crlf_cut]": "it cuts within events",
        "wire.content[*]": "what is longer than one read of the socket",
        "wire.other-calls": "events come by the same stream",
    },
    may_also_fail=dict.fromkeys(
        ("any-text.stream", "stream.flat-memory"), "of many tokens some are cut where the reader falls behind"
    ),
    wire="openai-completions",
)
class PacketsParsedAlone(WireAdapter):
    """Takes one read for one event."""

    _reads = _EachForItself
