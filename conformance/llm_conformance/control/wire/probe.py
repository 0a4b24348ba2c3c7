"""Somebody who reads a provider's answer with no client between, and keeps nothing of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from llm_conformance.simulator import Gate
from llm_conformance.simulator.server.request_log import Request

_AT_A_TIME = 65536
# Seconds of silence after which the gate is looked at.
_GLANCE = 0.005


def measure_at_gate(url: str, like: Request, nonce: str, gate: Gate, look: Callable[[], int]) -> int:
    """Ask what was asked in `like`, with this nonce in its prompt; what `look` gives while the provider is at its gate.

    What is taken of the process then is the provider's own part of it. ConnectionError where it never comes there.
    """
    provider = urlsplit(url)
    body = json.dumps(like.body).replace(like.nonces[0], nonce).encode()
    head = f"POST {like.path} HTTP/1.1\r\nHost: {provider.netloc}\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection((provider.hostname, provider.port or 80)) as reader:
        reader.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)
        reader.settimeout(_GLANCE)
        while not gate.reached.is_set():
            with suppress(TimeoutError):
                if not reader.recv(_AT_A_TIME) and not gate.reached.is_set():
                    raise ConnectionError(f"{like.path} was answered, and its gate not reached")
        seen = look()
    gate.open()
    return seen
