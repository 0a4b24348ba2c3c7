"""Golden streams at their own URLs, gates, and the pace of a recording."""

import json
import socket
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from llm_conformance.simulator import Case, Gate, Simulator
from llm_conformance.simulator.actions import Answer, Event, Hold, Pause
from llm_conformance.simulator.server.timing import timed
from llm_fixtures import Finish, Golden, GoldenError, Token, Usage, golden

BODY = {"model": "m", "prompt": "p", "stream": True}
DEADLINE = 10


def post(url: str, body: Any) -> list[str]:
    """The texts of a completions stream."""
    place = urlsplit(url)
    client = HTTPConnection(place.netloc, timeout=DEADLINE)
    client.request("POST", f"{place.path}/v1/completions", json.dumps(body))
    *events, _, _ = client.getresponse().read().split(b"\n\n")
    client.close()
    return [json.loads(event[6:])["choices"][0]["text"] for event in events]


def test_a_golden_stream_is_served_by_its_name(provider: Simulator) -> None:
    served = provider.play("plain-ascii")

    assert post(served.url, BODY) == [*served.tokens, ""]
    assert served.text == "Hello, world!"


def test_a_list_of_tokens_is_served(provider: Simulator) -> None:
    assert post(provider.play(["a", " b"]).url, BODY) == ["a", " b", ""]


def test_a_golden_object_is_served_with_finish_style_and_rendering(provider: Simulator) -> None:
    own = Golden(
        name="my own/ä",
        prompt="p",
        why="w",
        pieces=(Token(raw=b"\xf0\x9f"), Token(raw=b"\x91\x8d")),
        finish=Finish.STOP,
        usage=Usage(1, 2),
    )

    served = provider.play(own, finish="with-last-text", rendering="replace")

    assert post(served.url, BODY) == [*served.tokens] == ["\ufffd", "\ufffd\ufffd"]


def test_the_expected_tokens_include_the_change_of_the_fault(provider: Simulator) -> None:
    served = provider.play(["a", "b"], "u2028")

    assert served.tokens == ("a", "a\u2028b", "b")


def test_two_served_streams_count_their_own_requests(provider: Simulator) -> None:
    first, second = provider.play("repeats"), provider.play("repeats")
    post(first.url, BODY)
    post(second.url, BODY)
    post(second.url, BODY)

    assert (first.attempts, second.attempts) == (1, 2)
    assert [request.nonces for request in first.wait_settled()] == [(first.path,)]


def test_a_disconnect_is_counted(provider: Simulator) -> None:
    served = provider.play("plain-ascii", "stall")
    place = urlsplit(served.url)
    content = json.dumps(BODY).encode()
    with socket.create_connection((place.hostname, place.port), timeout=DEADLINE) as client:
        head = f"POST {place.path}/v1/completions HTTP/1.1\r\nContent-Length: {len(content)}\r\n\r\n"
        client.sendall(head.encode() + content)
        client.recv(1)
        assert served.requests[0].ended == "running"

    assert served.disconnects(DEADLINE) == 1


@pytest.mark.parametrize("name", ["stall", "stall_headers", "slow_first_token"])
def test_an_empty_line_after_the_request_does_not_end_a_fault(name: str, provider: Simulator) -> None:
    served = provider.play("plain-ascii", name)
    place = urlsplit(served.url)
    content = json.dumps(BODY).encode()
    head = f"POST {place.path}/v1/completions HTTP/1.1\r\nContent-Length: {len(content)}\r\n\r\n"
    with socket.create_connection((place.hostname, place.port), timeout=DEADLINE) as client:
        client.sendall(head.encode() + content + b"\r\n")
        while name == "slow_first_token" and b"[DONE]" not in client.recv(4096):
            pass
        client.shutdown(socket.SHUT_WR)
        while client.recv(4096):
            pass

    ended = "answered" if name == "slow_first_token" else "client went away"
    assert served.wait_settled(DEADLINE)[0].ended == ended


def test_a_pipelined_request_does_not_end_a_pause(provider: Simulator) -> None:
    served = provider.play("plain-ascii", "slow_first_token")
    place = urlsplit(served.url)
    content = json.dumps(BODY).encode()
    head = f"POST {place.path}/v1/completions HTTP/1.1\r\nContent-Length: {len(content)}\r\n\r\n"
    with socket.create_connection((place.hostname, place.port), timeout=DEADLINE) as client:
        client.sendall((head.encode() + content) * 2)
        received = b""
        while received.count(b"[DONE]") < 2:
            received += client.recv(4096)

    assert [request.ended for request in served.wait_settled(DEADLINE)] == ["answered", "answered"]


def test_an_unknown_stream_or_fault_raises(provider: Simulator) -> None:
    with pytest.raises(GoldenError, match="unknown golden stream 'sparkling'"):
        provider.play("sparkling")
    with pytest.raises(ValueError, match="unknown fault 'clrf'; nearest: 'crlf'"):
        provider.play("cjk", "clrf")


def test_a_case_with_a_fault_that_does_not_apply_is_not_registered(provider: Simulator) -> None:
    with pytest.raises(ValueError, match="fault 'crlf' does not apply to 'ollama-chat', only to openai-completions,"):
        provider.register(Case(nonce="n", golden=golden("cjk"), format="ollama-chat", fault="crlf"))


def test_a_gate_stops_the_stream_before_its_token(provider: Simulator) -> None:
    gate = Gate(before=2)
    served = provider.play(["a", "b", "c"], gates=[gate])
    texts: list[str] = []
    reader = Thread(target=lambda: texts.extend(post(served.url, BODY)), daemon=True)
    reader.start()
    assert gate.reached.wait(DEADLINE)
    assert served.requests[0].ended == "running"

    gate.open()

    reader.join(DEADLINE)
    assert texts == ["a", "b", "c", ""]


@pytest.mark.parametrize("fault", ["coalesced", "random_cuts", "one_byte_tcp", "content_length"])
def test_a_gate_stops_a_stream_with_a_fault_of_delivery(fault: str, provider: Simulator) -> None:
    gate = Gate(before=1)
    served = provider.play(["a", "b"], fault, gates=[gate])
    reader = Thread(target=post, args=(served.url, BODY), daemon=True)
    reader.start()

    assert gate.reached.wait(DEADLINE)

    gate.open()
    reader.join(DEADLINE)
    assert not reader.is_alive()


def test_an_open_gate_does_not_stop_the_stream(provider: Simulator) -> None:
    gate = Gate(before=0)
    gate.open()

    assert post(provider.play(["a"], gates=[gate]).url, BODY) == ["a", ""]


def test_a_client_that_disconnects_at_a_gate_is_detected(provider: Simulator) -> None:
    gate = Gate(before=1)
    provider.register(Case(nonce="p", golden=golden("plain-ascii"), gates=(gate,)))
    place = urlsplit(provider.url)
    content = json.dumps(BODY).encode()
    with socket.create_connection((place.hostname, place.port), timeout=DEADLINE) as client:
        client.sendall(b"POST /v1/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content))
        assert gate.reached.wait(DEADLINE)

    assert provider.wait_settled(DEADLINE)[0].ended == "client went away"


def test_closing_does_not_wait_for_a_gate() -> None:
    gate = Gate(before=1)
    with Simulator() as provider:
        served = provider.play(["a", "b"], gates=[gate])
        place = urlsplit(served.url)
        client = HTTPConnection(place.netloc, timeout=DEADLINE)
        client.request("POST", f"{place.path}/v1/completions", json.dumps(BODY))
        assert gate.reached.wait(DEADLINE)
    client.close()

    gate.open()  # after the loop is closed


@pytest.mark.parametrize(("pace", "pauses"), [(0.0, []), (1.0, [0.5, 0.25]), (2.0, [1.0, 0.5])])
def test_a_pace_multiplies_the_recorded_times(pace: float, pauses: list[float]) -> None:
    tokens = (Token(text="a", dt=0.5), Token(text="b"), Token(text="c", dt=0.25))
    stream = Golden(name="g", prompt="p", why="w", pieces=tokens, finish=Finish.STOP, usage=Usage(1, 3))
    answer = Answer(200, (), tuple(Event(b"x", token=place) for place in range(3)), streamed=True)

    actions = timed(answer.actions(), [Case(nonce="n", golden=stream, pace=pace)])

    assert [action.seconds for action in actions if isinstance(action, Pause)] == pauses


def test_a_gate_after_the_last_token_stops_the_end() -> None:
    gate = Gate(before=9)
    answer = Answer(200, (), (Event(b"x", token=0), Event(b"end", end=True)), streamed=True)

    actions = timed(answer.actions(), [Case(nonce="n", golden=golden("cjk"), gates=(gate,))])

    assert actions[2:4] == (Hold(gate), Event(b"end", end=True))
