"""The request log: what each request contains, its attempt number, and how it ended."""

import socket
from dataclasses import replace

import pytest

from llm_conformance.simulator import Case, Simulator
from llm_conformance.simulator.server import request_log
from llm_fixtures import golden
from simulator.wire import BODY, DEADLINE, ENDLESS, HELLO, a_client, a_socket, post, raw_request, read_to_end


def test_a_request_is_logged_with_its_key_redacted(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        post(client, BODY, Authorization="Bearer sk-1", **{"X-Thing": "kept"}).read()

    (request,) = provider.wait_settled()
    assert (request.method, request.path, request.status) == ("POST", "/v1/completions", 200)
    assert request.headers["x-thing"] == "kept"
    assert request.headers["authorization"] == "redacted"
    assert "sk-1" not in repr(request)
    assert request.body == BODY
    assert request.prompts == (BODY["prompt"],)
    assert request.nonces == ("n1",)
    assert request.ended == "answered"


def test_attempts_are_counted_for_each_nonce(provider: Simulator) -> None:
    provider.register(HELLO)
    provider.register(Case(nonce="n2", golden=golden("repeats")))
    with a_client(provider) as client:
        for prompts in (["n1"], ["n2", "n1", "n1 again"], ["n2"]):
            post(client, BODY | {"prompt": prompts}).read()

    assert [request.attempts for request in provider.requests] == [{"n1": 1}, {"n2": 1, "n1": 2}, {"n2": 2}]


def test_a_client_that_disconnects_is_detected(provider: Simulator) -> None:
    provider.register(ENDLESS)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)
        assert provider.requests[0].ended == "running"

    assert provider.wait_settled(DEADLINE)[0].ended == "client went away"


def test_a_client_that_resets_the_connection_is_detected(provider: Simulator) -> None:
    provider.register(ENDLESS)
    with a_socket(provider) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)

    assert provider.wait_settled(DEADLINE)[0].ended == "client went away"


def test_a_client_that_closes_its_side_counts_as_disconnected(provider: Simulator) -> None:
    provider.register(ENDLESS)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)
        client.shutdown(socket.SHUT_WR)

        assert not read_to_end(client).endswith(b"0\r\n\r\n")
    assert provider.wait_settled(DEADLINE)[0].ended == "client went away"


def test_the_bodies_of_old_requests_are_dropped(provider: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "_MOST_BODY_BYTES", 300)
    provider.register(HELLO)
    with a_client(provider) as client:
        for _ in range(4):
            post(client, BODY).read()

    bodies = [request.body for request in provider.wait_settled()]
    assert bodies[-1] == BODY
    assert bodies[0] is None
    assert [request.attempts for request in provider.requests] == [{"n1": attempt} for attempt in range(1, 5)]


def test_a_simulator_with_a_history_keeps_no_more_requests() -> None:
    with Simulator(history=2) as provider, a_client(provider) as client:
        provider.register(HELLO)
        for _ in range(5):
            post(client, BODY).read()

        assert [request.attempts["n1"] for request in provider.wait_settled()] == [4, 5]
        assert provider.requests_of("n1") == provider.requests


def test_a_simulator_gives_the_requests_of_one_nonce() -> None:
    with Simulator() as provider, a_client(provider) as client:
        provider.register(HELLO)
        provider.register(Case(nonce="n2", golden=golden("repeats")))
        for prompt in ("n1", "n2", "n1"):
            post(client, {**BODY, "prompt": f"[{prompt}]"}).read()

        first, second, third = provider.wait_settled()
        assert provider.requests_of("n1") == (first, third)
        assert provider.requests_of("n2") == (second,)
        assert provider.requests_of("n3") == ()


def test_the_sends_of_a_response_with_a_fault_are_logged(provider: Simulator) -> None:
    provider.register(replace(HELLO, fault="clean_end_early"))
    provider.register(replace(HELLO, nonce="n2"))
    with a_client(provider) as client:
        faulty = post(client, BODY | {"stream": True}).read()
        post(client, BODY | {"stream": True, "prompt": "n2"}).read()

    one, other = provider.wait_settled()
    assert one.sent[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert one.sent[-1] == b"0\r\n\r\n"
    assert b"".join(data.partition(b"\r\n")[2].removesuffix(b"\r\n") for data in one.sent[1:-1]) == faulty
    assert other.sent == ()


def test_a_client_that_leaves_gets_no_more_sends(provider: Simulator) -> None:
    provider.register(replace(ENDLESS, fault="stall"))
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)
        planned = provider.requests[0].sent

    (left,) = provider.wait_settled(DEADLINE)
    assert left.ended == "client went away"
    assert 0 < len(left.sent) <= len(planned)
    assert left.sent == planned[: len(left.sent)]
    assert sum(map(len, planned)) == 2**16
