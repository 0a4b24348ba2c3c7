"""Exported golden streams: the files have what the simulator sends, and what a correct client gives."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from llm_conformance.__main__ import main
from llm_conformance.simulator import FAULTS, FORMATS
from llm_conformance.simulator.export import Export, Selection
from llm_conformance.simulator.formats.asked import TEXT
from llm_fixtures import golden, names

CHAT = [name for name, form in FORMATS.items() if form.speaks != TEXT]


def exported(folder: Path, **selection: tuple[str, ...]) -> dict[str, Any]:
    """The files of an export by their path."""
    paths = list(Export(folder, Selection(**selection)))
    return {path.as_posix(): json.loads((folder / path).read_text(encoding="ascii")) for path in paths}


def bytes_of(answer: dict[str, Any]) -> bytes:
    sent = [step["send"] for step in answer["steps"] if "send" in step]
    return b"".join(part.encode() if isinstance(part, str) else base64.b64decode(part["base64"]) for part in sent)


@pytest.mark.parametrize("form", FORMATS)
def test_every_stream_has_an_answer_without_a_fault_and_with_its_text(form: str, tmp_path: Path) -> None:
    short = tuple(name for name in names() if name != "long-1e5")
    files = exported(tmp_path, formats=(form,), streams=short, faults=("baseline",))

    index = files.pop("index.json")["files"]
    assert [one["stream"] for one in index] == [n for n in short if form in CHAT or golden(n).is_text]
    for entry in index:
        file = files[entry["file"]]
        [answer] = file["answers"]
        assert bytes_of(answer).startswith(b"HTTP/1.1 200"), entry
        assert answer["client"]["expected"] == "exact"
        assert file["request"]["path"] == FORMATS[form].stream_path()


@pytest.mark.parametrize("form", CHAT)
def test_a_client_is_asked_for_what_the_format_has(form: str, tmp_path: Path) -> None:
    streams = ("chat-parallel-calls", "chat-two-signed-blocks", "chat-refusal")
    files = exported(tmp_path, formats=(form,), streams=streams, faults=("baseline",))

    calls, signed, refusal = (files[f"{form}/{name}.json"]["answers"][0]["client"] for name in streams)
    assert [call["name"] for call in calls["calls"]] == ["get_weather", "get_weather", "get_time"]
    assert "".join(signed["reasoning"]) == "".join(golden("chat-two-signed-blocks").reasoning)
    assert bool(refusal["refusal"]) == ("refusal" in FORMATS[form].speaks)


def test_every_fault_of_a_format_is_exported_with_the_plain_stream(tmp_path: Path) -> None:
    files = exported(tmp_path, formats=("openai-chat",), streams=("plain-ascii",))

    answers = files["openai-chat/plain-ascii.json"]["answers"]
    assert {one["fault"] for one in answers} == {name for name, one in FAULTS.items() if "openai-chat" in one.formats}
    assert all(one["steps"] for one in answers)
    assert [one["fault"] for one in answers if one["first_attempt_only"]] == [
        one.name for one in FAULTS.values() if one.passing
    ]


def test_an_answer_that_breaks_off_tells_the_text_before_it(tmp_path: Path) -> None:
    files = exported(tmp_path, formats=("openai-chat",), streams=("plain-ascii",), faults=("fin_mid_stream",))

    [answer] = files["openai-chat/plain-ascii.json"]["answers"]
    assert answer["client"]["expected"] == "raises"
    assert answer["client"]["text"].startswith(answer["client"]["text_before_error"])
    assert 0 < len(answer["client"]["text_before_error"]) < len(answer["client"]["text"])
    assert answer["steps"][-1] == {"close": True}


@pytest.mark.parametrize("stream", ["long-token", "chat-long-arguments"])
def test_a_long_stream_is_exported_without_faults(stream: str, tmp_path: Path) -> None:
    files = exported(tmp_path, formats=("ollama-chat",), streams=(stream,))

    assert [one["fault"] for one in files[f"ollama-chat/{stream}.json"]["answers"]] == ["baseline"]


@pytest.mark.parametrize("fault", ["baseline", "one_byte_chunks", "gzip_flushed", "crlf_cut"])
def test_a_server_that_performs_the_steps_gives_a_client_the_text(fault: str, tmp_path: Path) -> None:
    files = exported(tmp_path, formats=("tgi",), streams=("cjk-split-bytes",), faults=(fault,))
    file = files["tgi/cjk-split-bytes.json"]
    [answer] = file["answers"]

    with httpx.Client() as client:
        response = client.post(next(performed(answer)), json=file["request"]["body"])

    lines = [line.removeprefix("data:") for line in response.text.splitlines() if line.startswith("data:")]
    assert "".join(json.loads(line)["token"]["text"] for line in lines) == answer["client"]["text"]


def performed(answer: dict[str, Any]) -> Iterator[str]:
    """The URL of a server that performs the steps once, as a test in another language does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, listener:
            connection.recv(65536)
            for step in answer["steps"]:
                connection.sendall(bytes_of({"steps": [step]}))
            # Closing a connection with unread bytes would reset it.
            while connection.recv(65536):
                pass

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.mark.parametrize("option", ["--stream", "--format", "--fault"])
def test_an_unknown_name_is_one_line(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export-golden", str(tmp_path), option, "nothing\x1b[31m"]) == 4

    line = capsys.readouterr().err
    assert line.startswith("export-golden: unknown ")
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert list(tmp_path.iterdir()) == []
