"""HTTP clients and raw sockets for the tests of the simulator."""

import json
import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from llm_conformance.simulator import Case, Simulator
from llm_fixtures import golden

HELLO = Case(nonce="n1", golden=golden("plain-ascii"))
ENDLESS = Case(nonce="n1", golden=golden("long-1e5"))
BODY = {"model": "m", "prompt": "say n1 please"}
DEADLINE = 10


def address(provider: Simulator) -> tuple[str, int]:
    url = urlsplit(provider.url)
    assert url.hostname is not None
    assert url.port is not None
    return url.hostname, url.port


def a_client(provider: Simulator) -> "closing[HTTPConnection]":
    return closing(HTTPConnection(*address(provider), timeout=DEADLINE))


def a_socket(provider: Simulator) -> socket.socket:
    return socket.create_connection(address(provider), timeout=DEADLINE)


def post(client: HTTPConnection, body: Any, **headers: str) -> HTTPResponse:
    client.request("POST", "/v1/completions", json.dumps(body), headers)
    return client.getresponse()


def raw_request(body: Any, *fields: str) -> bytes:
    content = json.dumps(body).encode()
    head = "\r\n".join(("POST /v1/completions HTTP/1.1", f"Content-Length: {len(content)}", *fields))
    return head.encode() + b"\r\n\r\n" + content


def read_to_end(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


def error_of(client: HTTPConnection, body: Any) -> tuple[int, str]:
    response = post(client, body)
    return response.status, json.loads(response.read())["error"]["message"]
