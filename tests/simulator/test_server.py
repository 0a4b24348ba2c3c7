"""The simulator on real sockets: what clients see, what the server notes, and what it survives."""

import ast
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Barrier
from threading import enumerate as threads
from typing import Any
from urllib.parse import urlsplit

import pytest

import llm_conformance.simulator
from llm_conformance.simulator import Case, Ending, Simulator
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


def refusal(client: HTTPConnection, body: Any) -> tuple[int, str]:
    response = post(client, body)
    return response.status, json.loads(response.read())["error"]["message"]


def test_the_simulator_listens_on_loopback_only(provider: Simulator) -> None:
    assert urlsplit(provider.url).hostname == "127.0.0.1"


def test_a_stream_comes_as_chunked_server_sent_events(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_client(provider) as client:
        response = post(client, BODY | {"stream": True})
        events = response.read().split(b"\n\n")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert len(events) == 7
    assert events[-2:] == [b"data: [DONE]", b""]


def test_an_answer_without_stream_is_a_json_document(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_client(provider) as client:
        response = post(client, BODY)
        answer = json.loads(response.read())

    assert response.headers["Content-Type"] == "application/json"
    assert answer["choices"][0]["text"] == "Hello, world!"


def test_a_connection_is_used_again(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_client(provider) as client:
        post(client, BODY | {"stream": True}).read()
        first = client.sock
        response = post(client, BODY)
        response.read()

        assert response.headers["Connection"] == "keep-alive"
        assert client.sock is first


def test_a_client_that_asks_for_it_is_the_last_on_its_connection(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY, "Connection: close"))
        answer = read_to_end(client)

    assert b"\r\nConnection: close\r\n" in answer
    assert answer.endswith(b"}")


def test_a_request_sent_ahead_is_answered_in_its_turn(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY | {"stream": True}) + raw_request(BODY, "Connection: close"))
        answers = read_to_end(client)

    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.index(b"data: [DONE]") < answers.index(b"Content-Length")
    assert [request.ended for request in provider.settled()] == [Ending.ANSWERED, Ending.ANSWERED]


def test_empty_lines_between_requests_are_read_over(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_socket(provider) as client:
        client.sendall(b"\r\n" + raw_request(BODY) + b"\r\n\r\n" + raw_request(BODY, "Connection: close"))

        assert read_to_end(client).count(b"HTTP/1.1 200 OK") == 2


def test_a_chunked_request_is_read(provider: Simulator) -> None:
    provider.announce(HELLO)
    content = json.dumps(BODY).encode()
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", iter([content[:5], content[5:]]), encode_chunked=True)
        response = client.getresponse()
        response.read()

    assert response.status == 200
    assert provider.requests[0].headers["transfer-encoding"] == "chunked"
    assert provider.requests[0].body == BODY


def test_chunk_extensions_and_trailers_are_read_over(provider: Simulator) -> None:
    provider.announce(HELLO)
    content = json.dumps(BODY).encode()
    with a_socket(provider) as client:
        client.sendall(b"POST /v1/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        client.sendall(b"%x;note=1\r\n%b\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(content), content))

        assert read_to_end(client).startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_waits_is_told_to_go_on(provider: Simulator) -> None:
    provider.announce(HELLO)
    head, _, content = raw_request(BODY, "Expect: 100-continue", "Connection: close").partition(b"\r\n\r\n")
    with a_socket(provider) as client:
        client.sendall(head + b"\r\n\r\n")
        go_on = client.recv(25)
        client.sendall(content)
        answer = read_to_end(client)

    assert go_on == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.startswith(b"HTTP/1.1 200 OK")


def test_an_unknown_url_is_answered_with_those_that_are_known(provider: Simulator) -> None:
    with a_client(provider) as client:
        client.request("GET", "/v1/models?x=1")
        response = client.getresponse()
        message = json.loads(response.read())["error"]["message"]

    assert response.status == 404
    assert message.startswith("unknown URL: GET /v1/models; this simulator serves POST /v1/completions, POST /v1/chat")


def test_a_body_that_is_no_json_is_refused(provider: Simulator) -> None:
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", b"{")
        response = client.getresponse()

        assert (response.status, json.loads(response.read())["error"]["type"]) == (400, "invalid_request_error")
    assert provider.requests[0].body is None


def test_json_nested_beyond_reason_is_refused(provider: Simulator) -> None:
    with a_client(provider) as client:
        client.request("POST", "/v1/completions", b"[" * 200_000)

        assert client.getresponse().status == 400


def test_a_prompt_without_an_announced_case_is_refused(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_client(provider) as client:
        status, message = refusal(client, BODY | {"prompt": ["n1", "hello?"]})

    assert status == 400
    assert message.startswith("no announced case is found in the prompt")
    assert provider.requests[0].nonces == ("n1",)


def test_a_prompt_with_two_nonces_is_refused_by_both_names(provider: Simulator) -> None:
    provider.announce(HELLO)
    provider.announce(Case(nonce="n12", golden=golden("repeats")))
    with a_client(provider) as client:
        status, message = refusal(client, BODY | {"prompt": "n12"})

    assert (status, message) == (400, "the prompt holds the nonces of several cases: 'n1', 'n12'")


def test_a_forgotten_case_is_found_no_more(provider: Simulator) -> None:
    provider.announce(HELLO)
    provider.forget("n1")
    provider.forget("never announced")
    with a_client(provider) as client:
        assert refusal(client, BODY)[0] == 400


def test_a_nonce_is_announced_once(provider: Simulator) -> None:
    provider.announce(HELLO)

    with pytest.raises(ValueError, match="a case with the nonce 'n1' is announced already"):
        provider.announce(HELLO)


def test_a_case_in_an_unknown_format_is_not_announced(provider: Simulator) -> None:
    with pytest.raises(ValueError, match="no format is called 'openai'; nearest: 'openai-chat'"):
        provider.announce(Case(nonce="n1", golden=golden("repeats"), format="openai"))


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
    ],
)
def test_what_is_no_request_is_told_so_and_ends_its_connection(
    request_bytes: bytes, status: int, provider: Simulator
) -> None:
    with a_socket(provider) as client:
        client.sendall(request_bytes)
        answer = read_to_end(client)

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert provider.requests == ()


def test_a_broken_request_leaves_the_server_whole(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_socket(provider) as broken:
        broken.sendall(b"hello\r\n\r\n")
        with a_client(provider) as client:
            assert post(client, BODY).status == 200


def test_a_refusal_reaches_a_client_that_is_still_sending(provider: Simulator) -> None:
    with a_socket(provider) as client:
        client.sendall(b"hello\r\n\r\n" + b"x" * 10_000_000)

        assert read_to_end(client).endswith(b"no request line: 'hello'\n")


def test_a_request_that_never_arrives_whole_is_not_noted(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY)[:-1])
        client.shutdown(socket.SHUT_WR)

        assert read_to_end(client) == b""
    assert provider.requests == ()


def test_a_request_is_noted_as_it_came_but_for_its_key(provider: Simulator) -> None:
    provider.announce(HELLO)
    with a_client(provider) as client:
        post(client, BODY, Authorization="Bearer sk-1", **{"X-Thing": "seen"}).read()

    (request,) = provider.settled()
    assert (request.method, request.path, request.status) == ("POST", "/v1/completions", 200)
    assert request.headers["x-thing"] == "seen"
    assert request.headers["authorization"] == "redacted"
    assert "sk-1" not in repr(request)
    assert request.body == BODY
    assert request.nonces == ("n1",)
    assert request.ended == "answered"


def test_attempts_are_counted_for_each_nonce(provider: Simulator) -> None:
    provider.announce(HELLO)
    provider.announce(Case(nonce="n2", golden=golden("repeats")))
    with a_client(provider) as client:
        for prompts in (["n1"], ["n2", "n1", "n1 again"], ["n2"]):
            post(client, BODY | {"prompt": prompts}).read()

    assert [request.attempts for request in provider.requests] == [{"n1": 1}, {"n2": 1, "n1": 2}, {"n2": 2}]


def test_a_client_that_goes_away_is_seen(provider: Simulator) -> None:
    provider.announce(ENDLESS)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)
        assert provider.requests[0].ended == "running"

    assert provider.settled(DEADLINE)[0].ended == "client went away"


def test_a_client_that_resets_is_seen(provider: Simulator) -> None:
    provider.announce(ENDLESS)
    with a_socket(provider) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)

    assert provider.settled(DEADLINE)[0].ended == "client went away"


def test_a_client_that_ends_its_side_is_taken_for_gone(provider: Simulator) -> None:
    provider.announce(ENDLESS)
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)
        client.shutdown(socket.SHUT_WR)

        assert not read_to_end(client).endswith(b"0\r\n\r\n")
    assert provider.settled(DEADLINE)[0].ended == "client went away"


def test_a_slow_reader_holds_up_nobody_else(provider: Simulator) -> None:
    provider.announce(ENDLESS)
    provider.announce(Case(nonce="n2", golden=golden("repeats")))
    with a_socket(provider) as slow, a_client(provider) as client:
        slow.sendall(raw_request(BODY | {"stream": True}))
        slow.recv(100)
        answer = json.loads(post(client, BODY | {"prompt": "n2"}).read())

        assert answer["choices"][0]["text"] == "hahahaha..."
        assert provider.requests[0].ended == "running"


def test_the_longest_stream_arrives_whole(provider: Simulator) -> None:
    provider.announce(ENDLESS)
    with a_client(provider) as client:
        *events, done, _ = post(client, BODY | {"stream": True}).read().split(b"\n\n")

    texts = [json.loads(event[6:])["choices"][0]["text"] for event in events]
    assert texts == [*ENDLESS.golden.text_tokens(), ""]
    assert done == b"data: [DONE]"


def test_requests_of_many_threads_do_not_mix(provider: Simulator) -> None:
    together = Barrier(16)

    def ask(number: int) -> str:
        provider.announce(Case(nonce=f"<{number}>", golden=golden("sparkling-water")))
        together.wait(DEADLINE)
        with a_client(provider) as client:
            return str(json.loads(post(client, BODY | {"prompt": f"<{number}>", "model": str(number)}).read())["model"])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(16)))

    assert answers == [str(number) for number in range(16)]
    assert len({request.nonces for request in provider.settled()}) == 16


def test_a_closed_simulator_has_no_thread_and_no_port() -> None:
    before = threads()
    provider = Simulator()
    where = address(provider)

    provider.close()
    provider.close()

    assert threads() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(where, timeout=DEADLINE)


def test_closing_drops_a_stream_that_is_running() -> None:
    with Simulator() as provider:
        provider.announce(ENDLESS)
        client = a_socket(provider)
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)

    with client:
        assert not read_to_end(client).endswith(b"0\r\n\r\n")
    assert provider.requests[0].ended == "running"


def test_a_fault_of_the_simulator_is_raised_when_it_is_closed() -> None:
    provider = Simulator()
    provider.announce(Case(nonce="n1", golden=None))  # type: ignore[arg-type]
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY))
        assert read_to_end(client) == b""

    with pytest.raises(AttributeError, match="NoneType"):
        provider.close()


def test_nothing_is_ever_printed_or_logged(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with Simulator() as provider, a_socket(provider) as idle, a_socket(provider) as running:
        provider.announce(ENDLESS)
        with a_socket(provider) as broken, a_socket(provider) as leaving:
            broken.sendall(b"hello\r\n\r\n")
            read_to_end(broken)
            leaving.sendall(raw_request(BODY | {"stream": True}))
            leaving.recv(100)
        idle.sendall(b"POST")
        running.sendall(raw_request(BODY | {"stream": True}))
        running.recv(100)
        provider.close()

    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_the_simulator_imports_itself_the_golden_streams_and_the_standard_library() -> None:
    (folder,) = llm_conformance.simulator.__path__
    trees = [ast.parse(file.read_bytes()) for file in Path(folder).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]

    imported = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}

    foreign = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    assert all(name.startswith(("llm_conformance.simulator", "llm_fixtures")) for name in foreign)
