"""A provider in another process: it sends one recorded answer, so that only the client is measured.

The answer has OpenAI's format, one HTTP chunk per event, and is sent in one piece.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from benchmarks.measure import TESTS

WORDS = (" the", " bubbles", " dance", ",", "\n\n", " é", " 世界", " 🙂", " without", " fear")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def events(count: int, *, chat: bool = False) -> list[bytes]:
    """The events of so many tokens, in OpenAI's format."""
    return [_event(WORDS[number % len(WORDS)], chat=chat) for number in range(count)]


def _event(text: str, *, chat: bool) -> bytes:
    part = {"delta": {"content": text}} if chat else {"text": text}
    chunk = {
        "id": "cmpl-7iA7iJjj8V2zOkCGvWF2hAkDWBQZe",
        "object": "chat.completion.chunk" if chat else "text_completion",
        "created": 1690759702,
        "choices": [{**part, "index": 0, "logprobs": None, "finish_reason": None}],
        "model": "gpt-3.5-turbo-instruct",
    }
    return b"data: %b\n\n" % json.dumps(chunk, ensure_ascii=False, separators=(",", ":")).encode()


@contextmanager
def provider(tokens: int, *, chat: bool = False) -> Iterator[str]:
    """The address of a provider that answers every request with so many tokens."""
    command = [sys.executable, "-c", f"from {__name__} import serve; serve({tokens}, chat={chat})"]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.kill()


def serve(tokens: int, *, chat: bool) -> None:
    """The main function of the other process, until it is killed."""
    chunks = [b"%x\r\n%b\r\n" % (len(event), event) for event in (*events(tokens, chat=chat), b"data: [DONE]\n\n")]
    recorded = b"".join((_HEAD, *chunks, b"0\r\n\r\n"))
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            Thread(target=_serve_connection, args=(connection, recorded), daemon=True).start()


def _serve_connection(connection: socket.socket, recorded: bytes) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb") as lines, suppress(ConnectionError):
        while lines.readline():
            length = 0
            while (line := lines.readline()).strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            lines.read(length)
            connection.sendall(recorded)
