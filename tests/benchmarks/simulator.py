"""P10: the simulator: events per second, how soon it notices that a client has left, and concurrent streams.

Its clients run in another process, so that only its own CPU is counted.
"""

import asyncio
import json
import resource
import socket
import sys
from contextlib import suppress
from time import perf_counter, process_time
from urllib.parse import urlsplit

from benchmarks.measure import TESTS, checked, fresh
from benchmarks.row import Row, Rows, Wanted
from llm_conformance.simulator import Case, Ending, Simulator
from llm_fixtures import Finish, Golden, Token, Usage

_NONCE = "<bench>"
_EVENTS = 100_000
_STREAMS, _WORDS = 1_000, 20
_LEAVERS = 50


def simulator(*, tiny: bool = False) -> Rows:
    """One row for each goal."""
    count, streams, leavers = (100, 3, 2) if tiny else (_EVENTS, _STREAMS, _LEAVERS)
    yield Row("P10", "events per second of CPU", fresh(events_a_second, count, tiny=tiny), "", Wanted.AT_LEAST, 150_000)
    yield Row(
        "P10",
        "time to notice that a client has left",
        fresh(time_to_notice, leavers, tiny=tiny),
        "ms",
        Wanted.AT_MOST,
        5,
    )
    yield Row(
        "P10",
        "complete streams, all begun before any ends",
        fresh(at_once, streams, tiny=tiny),
        "",
        Wanted.AT_LEAST,
        streams,
    )


def events_a_second(count: int, *, tiny: bool) -> float:
    with Simulator() as provider:
        provider.register(Case(nonce=_NONCE, golden=_golden("word ", count)))
        start = process_time()
        whole = _clients(provider.url, 1)
        seconds = process_time() - start
        assert whole == 1
        assert provider.wait_settled()[0].ended is Ending.ANSWERED
    return count / seconds


def time_to_notice(leavers: int, *, tiny: bool) -> float:
    """Wall-clock milliseconds from the client's close to the entry in the request log; the minimum of several."""
    with Simulator() as provider:
        # More than the buffers of the network hold, so that the server is still sending when the client leaves.
        provider.register(Case(nonce=_NONCE, golden=_golden("x" * 10_000, 1_000)))
        return min(_left(provider) for _ in range(leavers)) * 1e3


def at_once(streams: int, *, tiny: bool) -> float:
    """The number of streams that are complete."""
    _allow_many_files()
    with Simulator() as provider:
        provider.register(Case(nonce=_NONCE, golden=_golden("word ", _WORDS)))
        return _clients(provider.url, streams)


def _golden(text: str, count: int) -> Golden:
    tokens = (Token(text=text),) * count
    return Golden(
        name="bench", prompt="p", why="to be measured", pieces=tokens, finish=Finish.STOP, usage=Usage(1, count)
    )


def _left(provider: Simulator) -> float:
    with socket.create_connection(_address(provider.url)) as client:
        client.sendall(_request())
        client.recv(1)
        client.shutdown(socket.SHUT_RDWR)
    start = perf_counter()
    assert provider.wait_settled()[-1].ended is Ending.LEFT
    return perf_counter() - start


def _clients(url: str, streams: int) -> int:
    """Read so many streams concurrently in another process. Returns the number of complete ones."""
    program = f"from {__name__} import read; read({url!r}, {streams})"
    return int(checked([sys.executable, "-c", program], TESTS))


def read(url: str, streams: int) -> None:
    """The main function of the other process."""
    _allow_many_files()
    sys.stdout.write(f"{asyncio.run(_read(url, streams))}\n")


async def _read(url: str, streams: int) -> int:
    opened = [await asyncio.open_connection(*_address(url)) for _ in range(streams)]
    for _, writer in opened:
        writer.write(_request())
    begun = await asyncio.gather(*(reader.readexactly(1) for reader, _ in opened))
    rests = await asyncio.gather(*(reader.read() for reader, _ in opened))
    for _, writer in opened:
        writer.close()
    return sum(b"data: [DONE]" in rest for _, rest in zip(begun, rests, strict=True))


def _request() -> bytes:
    body = json.dumps({"model": "m", "prompt": _NONCE, "stream": True}).encode()
    head = f"Host: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}"
    return f"POST /v1/completions HTTP/1.1\r\n{head}\r\n\r\n".encode() + body


def _address(url: str) -> tuple[str, int]:
    place = urlsplit(url)
    return str(place.hostname), int(place.port or 80)


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
