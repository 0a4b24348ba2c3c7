"""What clients can make the simulator keep, hold and do is bounded."""

import errno
import json
import logging
from itertools import repeat

import pytest

from llm_conformance.simulator import Case, Simulator
from llm_conformance.simulator.server import request_log
from llm_fixtures import golden
from simulator.wire import BODY, DEADLINE, ENDLESS, HELLO, a_client, a_socket, post, raw_request, read_to_end


def test_a_request_with_too_many_header_fields_is_refused(provider: Simulator) -> None:
    with a_socket(provider) as client:
        client.sendall(b"GET /v1/models HTTP/1.1\r\n" + b"a: b\r\n" * 257 + b"\r\n")

        assert read_to_end(client).startswith(b"HTTP/1.1 431 ")


def test_a_request_for_two_hosts_is_refused(provider: Simulator) -> None:
    with a_socket(provider) as client:
        client.sendall(b"GET /v1/models HTTP/1.1\r\nHost: localhost:1\r\nHost: evil.example\r\n\r\n")

        assert read_to_end(client).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://evil.example:80", "http://[broken", "null"])
def test_a_request_of_a_page_of_another_host_is_refused(origin: str, provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        response = post(client, BODY, Origin=origin)

        assert response.status == 403
        assert "this simulator does not answer the web page" in json.loads(response.read())["error"]["message"]


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "tauri://x", "chrome-extension://x"])
def test_a_request_of_a_page_of_this_machine_is_answered(origin: str, provider: Simulator) -> None:
    provider.register(HELLO)
    with a_client(provider) as client:
        assert post(client, BODY, Origin=origin).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd/baseline/v1/completions",
        "/../../../../etc/passwd/v1/completions",
        "/%2fetc%2fpasswd/v1/completions",
        "/plain-ascii%00/v1/completions",
        "/plain-ascii.jsonl/v1/completions",
        "/.%2fplain-ascii/v1/completions",
        "/plain-ascii/..%2fbaseline/v1/completions",
    ],
)
def test_a_path_selects_no_file(path: str, provider: Simulator) -> None:
    with a_client(provider) as client:
        client.request("POST", path, json.dumps(BODY))

        assert client.getresponse().status == 404


def test_a_connection_beyond_the_most_is_refused_until_another_ends() -> None:
    with Simulator(connections=1) as provider:
        provider.register(HELLO)
        with a_client(provider) as only:
            post(only, BODY).read()
            with a_socket(provider) as refused:
                answer = read_to_end(refused)
        provider.wait_settled()
        statuses = set()
        while 200 not in statuses:  # the end of a connection reaches the server a moment later
            with a_client(provider) as later:
                statuses.add(post(later, BODY).status)

    assert answer.startswith(b"HTTP/1.1 503 ")
    assert answer.endswith(b"this server has its most connections, 1\n")


def test_a_process_without_file_descriptors_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with Simulator() as provider:
        provider.register(HELLO)
        context = {"message": "socket.accept() out of system resource", "exception": OSError(errno.EMFILE, "")}
        provider._loop.call_soon_threadsafe(provider._loop.call_exception_handler, context)
        with a_client(provider) as client:
            assert post(client, BODY).status == 200

    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


def test_a_client_that_reads_nothing_more_is_disconnected() -> None:
    with Simulator(idle=0.05) as provider, a_socket(provider) as client:
        provider.register(ENDLESS)
        client.sendall(raw_request(BODY | {"stream": True}))
        client.recv(1)

        assert [one.ended for one in provider.wait_settled(DEADLINE)] == ["client went away"]


def test_a_path_in_other_letters_is_counted_as_the_same(provider: Simulator) -> None:
    with a_client(provider) as client:
        for path in ("/plain-ascii/baseline", "/plain-%61scii/baseline", "/plain-ascii/%62aseline"):
            client.request("POST", f"{path}/v1/completions", json.dumps(BODY))
            client.getresponse().read()

    assert [one.attempts for one in provider.wait_settled()] == [{"/plain-ascii/baseline": n} for n in (1, 2, 3)]


def test_a_body_of_many_small_values_counts_as_what_it_takes_in_memory(
    provider: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "_MOST_BODY_BYTES", 10_000)
    with a_client(provider) as client:
        for _ in range(3):
            post(client, {"a": [[]] * 30}).read()
        small = [one.body is None for one in provider.wait_settled()]
        post(client, {"a": [[]] * 100}).read()

    assert small == [True, False, False]
    assert all(one.body is None for one in provider.wait_settled())


def test_the_newest_keys_are_known(provider: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "_MOST_KEYS", 2)
    provider.register(Case(nonce="n1", golden=golden("plain-ascii")))
    with a_client(provider) as client:
        for key in ("first", "second", "first", "third"):
            post(client, BODY, Authorization=f"Bearer {key}").read()

    assert provider.received_keys == ("first", "third")


def test_a_client_that_sends_garbage_for_ever_is_disconnected() -> None:
    with Simulator(idle=0.05) as provider, a_socket(provider) as client:
        client.sendall(b"hello\r\n\r\n")
        with pytest.raises(ConnectionError):
            list(map(client.sendall, repeat(b"x" * 65536)))
