"""P6: the decoder of server-sent events, with JSON behind it, against JSON alone and against openai's decoder."""

import json

import httpx2
import openai

from benchmarks.measure import cpu, fresh
from benchmarks.provider import events
from benchmarks.row import Row, Rows, Wanted
from llm_reference.models.openai.sse import Decoder

_MICRO = 1e6
_EVENTS = 240_000  # 50 MB
_READ = 65_536


def decoder(*, tiny: bool = False) -> Rows:
    """One row for each comparison, in microseconds per event."""
    count = 100 if tiny else _EVENTS
    for read, bound in (("64 KB", 1.25), ("one event", 1.5)):
        ours, what = fresh(ours_per_event, read, count, tiny=tiny), f"SSE and JSON, {read} a read"
        yield Row("P6", what, ours, "us", Wanted.AT_MOST, bound, "json.loads", fresh(json_per_event, count, tiny=tiny))
        # openai's takes long, and a tenth of the events gives the same figure.
        theirs = fresh(openai_per_event, read, count // 10, tiny=tiny)
        yield Row("P6", what, ours, "us", Wanted.AT_LEAST, 20, "openai Stream", theirs)


def json_per_event(count: int, *, tiny: bool) -> float:
    """The lower bound for a client in Python: json.loads, with the events at hand as text."""
    texts = [event[6:-2].decode() for event in events(count)]

    def work() -> None:
        for text in texts:
            json.loads(text)

    return cpu(work, tiny=tiny) / count * _MICRO


def ours_per_event(read: str, count: int, *, tiny: bool) -> float:
    packets = _packets(read, count)

    def work() -> None:
        decoder = Decoder()
        for packet in packets:
            for event in decoder.feed(packet):
                json.loads(event.data)

    return cpu(work, tiny=tiny) / count * _MICRO


def openai_per_event(read: str, count: int, *, tiny: bool) -> float:
    packets = _packets(read, count)
    client = openai.OpenAI(base_url="http://here/v1", api_key="k")

    def work() -> None:
        response = httpx2.Response(200, content=iter(packets), request=httpx2.Request("POST", "http://here/v1"))
        stream = openai.Stream[openai.types.Completion](
            cast_to=openai.types.Completion, response=response, client=client
        )
        assert sum(1 for _ in stream) == count

    return cpu(work, tiny=tiny) / count * _MICRO


def _packets(read: str, count: int) -> list[bytes]:
    if read == "one event":
        return events(count)
    stream = b"".join(events(count))
    return [stream[start : start + _READ] for start in range(0, len(stream), _READ)]
