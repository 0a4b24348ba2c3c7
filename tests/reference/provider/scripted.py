"""A minimal provider: it answers each request with scripted steps on a socket and records the requests."""

import json
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from threading import Event, Thread
from typing import Any

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-Id: req_1\r\nTransfer-Encoding: chunked\r\n\r\n"
)
END = b"0\r\n\r\n"
DONE = b"data: [DONE]\n\n"


class Step(Enum):
    """Steps that are not bytes."""

    RESET = "cut the connection as a crash does"
    HOLD = "wait until the client leaves"
    GATE = "wait until the test opens the gate"


Steps = tuple[bytes | Step, ...]


def piece(data: bytes) -> bytes:
    """One chunk of the body. httpx returns it as one packet."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def token_event(text: str, **also: Any) -> bytes:
    """The event of one token. Its characters are not escaped."""
    choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": None}
    return b"data: " + json.dumps({"choices": [choice | also]}, ensure_ascii=False).encode() + b"\n\n"


def stream(*packets: bytes) -> Steps:
    """A stream whose HTTP body terminates cleanly. It ends with `[DONE]` only if the packets contain it."""
    return (HEAD, *map(piece, packets), END)


def answer(status: int, body: Any, *headers: str) -> Steps:
    """A whole answer, not streamed."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Status", "Connection: close", f"Content-Length: {len(content)}", *headers, "", ""]
    return ("\r\n".join(lines).encode() + content,)


@dataclass
class Scripted:
    """The provider and its requests.

    requested: set by a request.
    disconnected: set when a client closes the connection during `Step.HOLD`.
    """

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    requested: Event = field(default_factory=Event)
    disconnected: Event = field(default_factory=Event)
    gate: Event = field(default_factory=Event)


@contextmanager
def scripted(*answers: Steps) -> Iterator[Scripted]:
    """Run a provider with one answer for each connection, in order. It refuses further connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        provider = Scripted(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        thread = Thread(target=_serve, args=(listener, provider, answers), daemon=True)
        thread.start()
        yield provider
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(20)


def _serve(listener: socket.socket, provider: Scripted, answers: tuple[Steps, ...]) -> None:
    for steps in answers:
        try:
            connection, _ = listener.accept()
        except OSError:  # the test is over
            return
        with connection, suppress(ConnectionError):
            provider.requests.append(_request(connection))
            provider.requested.set()
            for step in steps:
                if isinstance(step, bytes):
                    connection.sendall(step)
                elif step is Step.HOLD:
                    while connection.recv(1024):
                        pass
                    provider.disconnected.set()
                elif step is Step.GATE:
                    provider.gate.wait(20)
                else:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    listener.close()


def _request(connection: socket.socket) -> dict[str, Any]:
    with connection.makefile("rb") as lines:
        length = 0
        while (line := lines.readline()).strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        body: dict[str, Any] = json.loads(lines.read(length))
        return body
