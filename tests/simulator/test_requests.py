"""The requests that the simulator reads from one connection, in all forms of HTTP/1.1."""

import json

from llm_conformance.simulator import Ending, Simulator
from simulator.wire import BODY, HELLO, a_client, a_socket, post, raw_request, read_to_end


def test_a_connection_is_reused(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        post(client, BODY | {"stream": True}).read()
        first = client.sock
        response = post(client, BODY)
        response.read()

        assert response.headers["Connection"] == "keep-alive"
        assert client.sock is first


def test_a_client_can_ask_for_the_connection_to_close(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY, "Connection: close"))
        answer = read_to_end(client)

    assert b"\r\nConnection: close\r\n" in answer
    assert answer.endswith(b"}")


def test_pipelined_requests_are_answered_in_order(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY | {"stream": True}) + raw_request(BODY, "Connection: close"))
        answers = read_to_end(client)

    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.index(b"data: [DONE]") < answers.index(b"Content-Length")
    assert [request.ended for request in provider.wait_settled()] == [Ending.ANSWERED, Ending.ANSWERED]


def test_empty_lines_between_requests_are_ignored(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_socket(provider) as client:
        client.sendall(b"\r\n" + raw_request(BODY) + b"\r\n\r\n" + raw_request(BODY, "Connection: close"))

        assert read_to_end(client).count(b"HTTP/1.1 200 OK") == 2


def test_a_chunked_request_is_read(provider: Simulator) -> None:
    provider.register(HELLO)
    content = json.dumps(BODY).encode()
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", iter([content[:5], content[5:]]), encode_chunked=True)
        response = client.getresponse()
        response.read()

    assert response.status == 200
    assert provider.requests[0].headers["transfer-encoding"] == "chunked"
    assert provider.requests[0].body == BODY


def test_chunk_extensions_and_trailers_are_ignored(provider: Simulator) -> None:
    provider.register(HELLO)
    content = json.dumps(BODY).encode()
    with a_socket(provider) as client:
        client.sendall(b"POST /v1/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        client.sendall(b"%x;note=1\r\n%b\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(content), content))

        assert read_to_end(client).startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_expects_100_continue_gets_it(provider: Simulator) -> None:
    provider.register(HELLO)
    head, _, content = raw_request(BODY, "Expect: 100-continue", "Connection: close").partition(b"\r\n\r\n")
    with a_socket(provider) as client:
        client.sendall(head + b"\r\n\r\n")
        go_on = client.recv(25)
        client.sendall(content)
        answer = read_to_end(client)

    assert go_on == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200 OK")
