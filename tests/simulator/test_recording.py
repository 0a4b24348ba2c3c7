"""A live stream becomes a golden file; the live provider is the simulator."""

from itertools import count
from pathlib import Path

import pytest

from llm_conformance.__main__ import main
from llm_conformance.simulator import FORMATS, Simulator
from llm_conformance.simulator.recording import BrokenStreamError, RecordRequest, record
from llm_conformance.simulator.recording.sse import Decoder
from llm_fixtures import Finish, dumps, golden, load, loads, names

SHORT = [name for name in names() if name != "long-1e5"]
SECRET = "sk-this-is-not-kept"  # noqa: S105 - it opens nothing


def wanted(form: str, url: str, model: str = "m") -> RecordRequest:
    return RecordRequest(format=form, url=url + FORMATS[form].base, prompt="p", name="kept", why="w", model=model)


@pytest.mark.parametrize("form", FORMATS)
def test_every_golden_stream_is_heard_as_it_was_said(form: str, provider: Simulator) -> None:
    heard = {name: record(wanted(form, provider.play(name).url)).golden for name in SHORT}

    assert {name: one.text for name, one in heard.items()} == {name: golden(name).text for name in SHORT}
    said = {name: [text for text in golden(name).text_tokens() if text] for name in SHORT}
    assert {name: [text for text in one.text_tokens() if text] for name, one in heard.items()} == said


@pytest.mark.parametrize("form", FORMATS)
def test_finish_bill_and_source_are_kept(form: str, provider: Simulator) -> None:
    kept = record(wanted(form, provider.play("cut-by-length").url, model="m1"), today="2026-01-02").golden

    assert (kept.finish, kept.usage, kept.model) == (Finish.LENGTH, golden("cut-by-length").usage, "m1")
    assert (kept.name, kept.prompt, kept.source) == ("kept", "p", "recorded 2026-01-02")
    assert loads(dumps(kept)) == kept


def test_the_time_before_each_token_is_kept(provider: Simulator) -> None:
    ticks = count()

    kept = record(wanted("tgi", provider.play(["a", "b"], "one_byte_tcp").url), clock=lambda: float(next(ticks))).golden

    first, second = kept.tokens
    assert first.dt >= 1
    assert second.dt >= 0


@pytest.mark.parametrize("form", FORMATS)
def test_a_stream_that_is_cut_off_is_not_kept(form: str, provider: Simulator) -> None:
    with pytest.raises(BrokenStreamError, match="the stream ended before its terminator: it is cut off"):
        record(wanted(form, provider.play("sparkling-water", "clean_end_early").url))


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_within_the_stream_is_told(form: str, provider: Simulator) -> None:
    with pytest.raises(BrokenStreamError, match="the provider tells an error: the simulated model broke down"):
        record(wanted(form, provider.play("sparkling-water", "error_mid_stream").url))


def test_the_key_goes_to_the_provider_and_nowhere_else(
    provider: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MY_KEY", SECRET)
    playing = provider.play(["hello"])
    path = tmp_path / "kept.jsonl"
    options = ["--url", f"{playing.url}/v1", "--prompt", "p", "--name", "kept", "--key-env", "MY_KEY"]

    code = main(["record", "--format", "openai-chat", *options, "--output", str(path)])

    assert code == 0
    assert load(path).text == "hello"
    assert playing.requests[0].headers["authorization"] == "redacted"
    assert SECRET not in path.read_text(encoding="utf-8") + "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("http_401", "answers 401: {"),
        ("fin_mid_stream", "the connection broke within the stream"),
        ("fin_before_headers", "Remote end closed connection without response"),
        ("html_page", "the stream ended before its terminator"),
        ("raw_nul", "no JSON in the stream"),
    ],
)
def test_what_cannot_be_kept_is_told_in_one_line_and_not_written(
    fault: str, line: str, provider: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kept.jsonl"
    url = provider.play(["hello"], fault).url
    options = ["--format", "anthropic-messages", "--prompt", "p", "--name", "n", "--output", str(path)]

    code = main(["record", "--url", url, *options])

    told = capsys.readouterr().err
    assert code == 1
    assert line in told
    assert told.endswith("; nothing was written\n")
    assert told.count("\n") == 1
    assert not path.exists()


@pytest.mark.parametrize(
    ("options", "code", "line"),
    [
        (["--url", "localhost:1"], 1, "record: no base URL: 'localhost:1'; expected one such as https://host/v1"),
        (["--url", "http://127.0.0.1:9", "--key-env", "NO_SUCH"], 4, "record: the environment has no NO_SUCH\n"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_in_one_line(
    options: list[str], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", "--format", "tgi", "--prompt", "p", "--name", "n", *options]) == code
    assert capsys.readouterr().err.startswith(line)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_server_sent_events_are_read_however_they_are_cut(size: int) -> None:
    stream = "\ufeffdata: 1\r\ndata:2\r\r\n: no\nid: 7\n\ndata\n\ndata:  \u2028\x85\n\nretry: 3\n\ndata: lost".encode()
    decoder = Decoder()

    events = [event for start in range(0, len(stream), size) for event in decoder.feed(stream[start : start + size])]

    assert [*events, *decoder.finish()] == ["1\n2", "", " \u2028\x85"]


def test_the_commands_are_named_where_people_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("serve", "record", "faults"))
