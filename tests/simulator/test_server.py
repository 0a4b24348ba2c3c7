"""The simulator as a server: streaming, concurrent clients, and closing."""

import ast
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from threading import enumerate as threads
from urllib.parse import urlsplit

import pytest

import llm_conformance.simulator
from llm_conformance.simulator import Case, Simulator
from llm_fixtures import golden
from simulator.wire import BODY, DEADLINE, ENDLESS, HELLO, a_client, a_socket, address, post, raw_request, read_to_end


def test_the_simulator_listens_on_loopback_only(provider: Simulator) -> None:
    assert urlsplit(provider.url).hostname == "127.0.0.1"


def test_a_stream_is_sent_as_chunked_server_sent_events(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        response = post(client, BODY | {"stream": True})
        events = response.read().split(b"\n\n")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert len(events) == 7
    assert events[-2:] == [b"data: [DONE]", b""]


def test_an_answer_without_stream_is_a_json_document(provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        response = post(client, BODY)
        answer = json.loads(response.read())

    assert response.headers["Content-Type"] == "application/json"
    assert answer["choices"][0]["text"] == "Hello, world!"


def test_a_slow_reader_does_not_block_other_clients(provider: Simulator) -> None:
    provider.register(ENDLESS)
    provider.register(Case(nonce="n2", golden=golden("repeats")))
    with a_socket(provider) as slow, a_client(provider) as client:
        slow.sendall(raw_request(BODY | {"stream": True}))
        slow.recv(100)
        answer = json.loads(post(client, BODY | {"prompt": "n2"}).read())

        assert answer["choices"][0]["text"] == "hahahaha..."
        assert provider.requests[0].ended == "running"


def test_the_longest_stream_arrives_whole(provider: Simulator) -> None:
    provider.register(ENDLESS)
    with a_client(provider) as client:
        *events, done, _ = post(client, BODY | {"stream": True}).read().split(b"\n\n")

    texts = [json.loads(event[6:])["choices"][0]["text"] for event in events]
    assert texts == [*ENDLESS.golden.text_tokens(), ""]
    assert done == b"data: [DONE]"


def test_requests_of_many_threads_do_not_mix(provider: Simulator) -> None:
    barrier = Barrier(16)

    def ask(number: int) -> str:
        provider.register(Case(nonce=f"<{number}>", golden=golden("sparkling-water")))
        barrier.wait(DEADLINE)
        with a_client(provider) as client:
            return str(json.loads(post(client, BODY | {"prompt": f"<{number}>", "model": str(number)}).read())["model"])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(16)))

    assert answers == [str(number) for number in range(16)]
    assert len({request.nonces for request in provider.wait_settled()}) == 16


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
        provider.register(ENDLESS)
        client = a_socket(provider)
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(100)

    with client:
        assert not read_to_end(client).endswith(b"0\r\n\r\n")
    assert provider.requests[0].ended == "running"


def test_an_internal_error_is_raised_when_the_simulator_closes() -> None:
    provider = Simulator()
    provider.register(Case(nonce="n1", golden=None))  # type: ignore[arg-type]
    with a_socket(provider) as client:
        client.sendall(raw_request(BODY))
        assert read_to_end(client) == b""

    with pytest.raises(AttributeError, match="NoneType"):
        provider.close()


def test_nothing_is_ever_printed_or_logged(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with Simulator() as provider, a_socket(provider) as idle, a_socket(provider) as running:
        provider.register(ENDLESS)
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
