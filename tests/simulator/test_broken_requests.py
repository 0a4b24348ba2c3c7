"""An invalid request gets an error with a reason, and does not affect other requests."""

import json
import socket

import pytest

from llm_conformance.simulator import Simulator
from simulator.wire import BODY, HELLO, a_client, a_socket, post, raw_request, read_to_end


def test_an_unknown_url_is_an_error_with_the_known_ones(provider: Simulator) -> None:
    with a_client(provider) as client:
        client.request("GET", "/v2/models?x=1")
        response = client.getresponse()
        message = json.loads(response.read())["error"]["message"]

    assert response.status == 404
    assert message.startswith("unknown URL: GET /v2/models; this simulator serves POST /v1/completions, POST /v1/chat")


def test_a_body_that_is_not_json_is_an_error(provider: Simulator) -> None:
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", b"{")
        response = client.getresponse()

        assert (response.status, json.loads(response.read())["error"]["type"]) == (400, "invalid_request_error")
    assert provider.requests[0].body is None


def test_json_that_is_nested_too_deeply_is_an_error(provider: Simulator) -> None:
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", b"[" * 200_000)

        assert client.getresponse().status == 400


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000 + b"\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 4_000 + b"\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1000001\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 101, 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 16777217\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", 413),
    ],
)
def test_bytes_that_are_not_a_request_get_an_error_and_end_the_connection(
    request_bytes: bytes, status: int, provider: Simulator
) -> None:
    with a_socket(provider) as client:
        client.sendall(request_bytes)
        answer = read_to_end(client)

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert provider.requests == ()


def test_a_broken_request_does_not_affect_the_next_one(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_socket(provider) as broken:
        broken.sendall(b"hello\r\n\r\n")
        with a_client(provider) as client:
            assert post(client, BODY).status == 200


def test_an_error_reaches_a_client_that_is_still_sending(provider: Simulator) -> None:
    with a_socket(provider) as client:
        client.sendall(b"hello\r\n\r\n" + b"x" * 10_000_000)

        assert read_to_end(client).endswith(b"invalid request line: 'hello'\n")


def test_a_chunk_size_of_thousands_of_digits_does_not_end_the_simulator() -> None:
    with Simulator() as provider, a_socket(provider) as client:
        client.sendall(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 4_000 + b"\r\n")
        client.shutdown(socket.SHUT_WR)
        read_to_end(client)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::2]:1", "?"]
)
def test_a_request_for_another_host_is_refused(host: str, provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", json.dumps(BODY), {"Host": host})
        response = client.getresponse()

        assert response.status == 421
        assert "this simulator serves 127.0.0.1 and localhost, not the host" in response.read().decode()


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.1.2.3", "[::1]:80", "a.localhost", ""]
)
def test_a_request_for_this_machine_is_answered(host: str, provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", json.dumps(BODY), {"Host": host})

        assert client.getresponse().status == 200


@pytest.mark.parametrize("sent", [b"", b"P", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"])
def test_a_client_that_sends_nothing_more_is_disconnected(sent: bytes) -> None:
    with Simulator(idle=0.05) as provider, a_socket(provider) as client:
        client.sendall(sent)

        answer = read_to_end(client)

    assert answer.startswith(b"HTTP/1.1 408 " if sent else b"")
    assert bool(answer) is bool(sent)


def test_an_incomplete_request_is_not_logged(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY)[:-1])
        client.shutdown(socket.SHUT_WR)

        assert read_to_end(client) == b""
    assert provider.requests == ()
