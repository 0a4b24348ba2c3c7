"""A provider on the loopback interface that plays recorded bytes, for a client of a provider."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from llm_conformance.reproduce.pieces.source import PAUSE, Watched


class Answer(BaseHTTPRequestHandler):
    """Answers a request with recorded bytes, send by send, so that the client can read them one by one."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Any

    def do_POST(self) -> None:
        """Play the answer to this request."""
        self.server.calls += 1
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        with suppress(ConnectionError, TimeoutError):
            for step in self.server.answer_to(self.path, body):
                if callable(step):
                    step(self)
                else:
                    self.wfile.write(step)
                    time.sleep(0.001)

    def log_message(self, *_: object) -> None:
        """Print nothing of a request."""


class Provider(ThreadingHTTPServer):
    """Serves on a free port of the loopback interface until the script ends. calls: the number of requests."""

    daemon_threads = True

    def __init__(self, answer_to: Callable[[str, str], list[Any]]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.answer_to, self.calls = answer_to, 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class PausedProvider(Watched, Provider):
    """A provider that shows whether its client leaves in the middle of the answer."""

    def __init__(self, answer_to: Callable[[str, str], list[Any]]) -> None:
        Watched.__init__(self)
        Provider.__init__(self, answer_to)


def hang_up(answer: Any) -> None:
    """Close the connection."""
    answer.close_connection = True
    answer.connection.shutdown(socket.SHUT_WR)


def reset(answer: Any) -> None:
    """Reset the connection."""
    answer.close_connection = True
    answer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    answer.connection.close()


def silence(answer: Any) -> None:
    """Send nothing more, and keep the connection open until the client closes it."""
    answer.close_connection = True
    answer.rfile.read(1)


def pause(seconds: float) -> Callable[[Any], None]:
    """Wait before the next send."""
    return lambda _answer: time.sleep(seconds)


def until_left(answer: Any) -> None:
    """Wait in the middle of the answer for PAUSE seconds, or until the client has left."""
    provider = answer.server
    provider.reached.set()
    answer.connection.settimeout(PAUSE)
    try:
        answer.rfile.read(1)
    except TimeoutError:
        provider.whole = True
    answer.close_connection = True
    provider.ended.set()
