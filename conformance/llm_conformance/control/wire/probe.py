"""Reads a provider's response without a client, and discards it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from llm_conformance.simulator import Gate
from llm_conformance.simulator.server.request_log import Request

_AT_A_TIME = 65536
# Seconds without data after which the gate is checked.
_POLL_INTERVAL = 0.005


def measure_at_gate(url: str, like: Request, nonce: str, gate: Gate, measure: Callable[[], int], *, keyed: bool) -> int:
    """The result of `measure` while the provider waits at the gate, after a request like `like` with this nonce.

    keyed: the provider expects an API key, because the client has sent one.
    The result is the provider's own share of what the process uses. Raises ConnectionError if the provider does not
    reach the gate.
    """
    provider = urlsplit(url)
    body = json.dumps(like.body).replace(like.nonces[0], nonce).encode()
    head = f"POST {like.path} HTTP/1.1\r\nHost: {provider.netloc}\r\nContent-Length: {len(body)}\r\n"
    # Sent by a client without a key, it would make the provider demand one of the client.
    head += "X-Api-Key: -\r\n" if keyed else ""
    with socket.create_connection((provider.hostname, provider.port or 80)) as reader:
        reader.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)
        reader.settimeout(_POLL_INTERVAL)
        while not gate.reached.is_set():
            with suppress(TimeoutError):
                if not reader.recv(_AT_A_TIME) and not gate.reached.is_set():
                    raise ConnectionError(f"{like.path}: the response ended before the gate")
        measured = measure()
    gate.open()
    return measured
