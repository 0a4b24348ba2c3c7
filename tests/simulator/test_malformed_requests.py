"""Thousands of malformed requests do not end the simulator, and leave nothing behind."""

import gc
import socket
import sys
from collections import Counter

import pytest

from llm_conformance.simulator import Simulator
from simulator.malformed import malformed
from simulator.wire import BODY, HELLO, a_client, a_socket, post, read_to_end

# Blocks of memory: of a hundred requests the request log keeps about this many, and so may vary by them.
_MOST_MORE = 5000


def ask(provider: Simulator, requests: list[bytes]) -> Counter[bytes]:
    """How often each status was answered; "" where the request was incomplete, or the connection was dropped."""
    statuses: Counter[bytes] = Counter()
    for request in requests:
        with a_socket(provider) as client:
            try:
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                statuses[read_to_end(client)[9:12]] += 1
            except ConnectionError:
                statuses[b""] += 1
    return statuses


def test_malformed_requests_are_refused_and_affect_no_other() -> None:
    with Simulator() as provider:  # its end raises what went wrong within
        provider.register(HELLO)
        statuses = ask(provider, list(malformed(400)))
        with a_client(provider) as client:
            assert post(client, BODY).status == 200

    assert {b"", b"200", b"400", b"404", b"421", b"422"} <= {*statuses}
    assert not [status for status in statuses if status.startswith(b"5") and status not in {b"501", b"505"}]


@pytest.mark.benchmark
def test_ten_thousand_malformed_requests_take_no_memory() -> None:
    requests = list(malformed(10_000))
    with Simulator(history=100) as provider:
        ask(provider, requests[:2000])
        gc.collect()
        before = sys.getallocatedblocks()
        statuses = ask(provider, requests)
        gc.collect()
        more = sys.getallocatedblocks() - before

    assert statuses.total() == len(requests)
    assert more < _MOST_MORE
