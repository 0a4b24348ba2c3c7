"""`python -m llm_conformance serve` in a separate process."""

import io
import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from llm_conformance.simulator import FORMATS, Case, Ending, Request, Simulator
from llm_conformance.simulator.cli import _print_request
from llm_fixtures import Finish, Golden, Token, Usage, dumps, golden

DEADLINE = 20
OWN = Golden(name="mine", prompt="p", why="w", pieces=(Token(text="my own"),), finish=Finish.STOP, usage=Usage(1, 1))


class Served:
    """A running process, and the lines that it printed at its start."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "llm_conformance", "serve", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        assert self.process.stdout is not None
        self.welcome = [*iter(self.process.stdout.readline, "faults: python -m llm_conformance faults\n")]

    def stop(self, number: int) -> tuple[int, str]:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, rest


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "mine.jsonl").write_bytes(dumps(OWN))
    server = Served("--golden", str(tmp_path / "mine.jsonl"))
    yield server
    server.process.kill()
    server.process.communicate()


def post(url: str, body: str) -> list[bytes]:
    place = urlsplit(url)
    client = HTTPConnection(place.netloc, timeout=DEADLINE)
    client.request("POST", url.partition(place.netloc)[2], body)
    events = client.getresponse().read().split(b"\n\n")
    client.close()
    return events


def test_the_printed_command_streams_the_answer(served: Served) -> None:
    (line,) = [line for line in served.welcome if "curl" in line]
    _, _, url, _, body = shlex.split(line)

    first, *_ = post(url, body)
    texts = [
        json.loads(event[6:])["choices"][0]["text"]
        for event in post(url.replace("/mine/", "/sparkling-water/"), body)[:-2]
    ]

    assert json.loads(first[6:])["choices"][0]["text"] == "my own"
    assert texts == [*golden("sparkling-water").text_tokens(), ""]


def test_a_url_is_printed_for_every_format(served: Served) -> None:
    shown = dict(line.split() for line in served.welcome if re.match(r"  \S+ +http", line) and "curl" not in line)

    assert list(shown) == [*FORMATS]
    assert {urlsplit(url).hostname for url in shown.values()} == {"127.0.0.1"}


def test_every_request_is_printed(served: Served) -> None:
    (line,) = [line for line in served.welcome if "openai-completions" in line]
    post(f"{line.split()[1]}/completions".replace("baseline", "http_429"), '{"model":"m","prompt":"p"}')

    _, output = served.stop(signal.SIGTERM)

    assert output == "POST /mine/http_429/v1/completions 429, http_429, answered\nstopped\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server(served: Served, number: int) -> None:
    assert served.stop(number) == (0, "stopped\n")


def test_every_golden_stream_is_served_from_the_start() -> None:
    with Simulator(cases=[Case(nonce="mine", golden=OWN)]) as simulator:
        assert post(f"{simulator.url}/mine/baseline/v1/completions", '{"model":"m","prompt":"p"}')


def test_a_line_of_the_log_is_printable(capsys: pytest.CaptureFixture[str]) -> None:
    _print_request(a_request(path="/\x1b[2J\r\nconformant\u202e"))

    assert capsys.readouterr().out == "POST /\\x1b[2J\\r\\nconformant\\u202e 200, answered\n"


def test_a_line_of_the_log_has_no_query(capsys: pytest.CaptureFixture[str]) -> None:
    with Simulator(on_request_end=_print_request) as simulator:
        post(f"{simulator.url}/v1/completions?api_key=sk-in-the-url", "{}")

    assert capsys.readouterr().out == "POST /v1/completions 400, answered\n"


def test_an_output_without_unicode_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", output)

    _print_request(a_request(path="/\u4f60"))

    assert output.buffer.getvalue() == b"POST /\\u4f60 200, answered\n"


def test_a_closed_output_does_not_end_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    output.close()
    for one in (output, None):
        monkeypatch.setattr("sys.stdout", one)

        _print_request(a_request(path="/"))


def a_request(path: str) -> Request:
    return Request(
        method="POST", path=path, headers={}, body=None, nonces=(), attempts={}, status=200, ended=Ending.ANSWERED
    )
