"""Recording a live stream as a golden file; the live provider is the simulator."""

import json
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from llm_conformance.__main__ import main
from llm_conformance.simulator import FORMATS, Simulator
from llm_conformance.simulator.recording import BrokenStreamError, RecordRequest, record
from llm_conformance.simulator.recording.chat_pieces import CallNumbers, pieces_of_openai
from llm_conformance.simulator.recording.sse import Decoder
from llm_fixtures import Finish, Golden, Refusal, ToolCall, Usage, dumps, golden, load, loads, names

SHORT = [name for name in names() if name != "long-1e5" and golden(name).is_text]
CHAT = [name for name in names() if name.startswith("chat-")]
# What a request asks for, so that the answer has reasoning.
REASONING: dict[str, dict[str, Any]] = {
    "openai-chat": {},
    "openai-responses": {"reasoning": {"summary": "auto"}},
    "anthropic-messages": {"max_tokens": 4096, "thinking": {"type": "enabled", "budget_tokens": 1024}},
    "gemini": {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}},
    "ollama-chat": {"think": True},
}
SECRET = "sk-this-is-not-stored"  # noqa: S105 - not a real key


def a_request(form: str, url: str, model: str = "m") -> RecordRequest:
    return RecordRequest(format=form, url=url + FORMATS[form].base, prompt="p", name="kept", why="w", model=model)


@pytest.mark.parametrize("form", FORMATS)
def test_every_golden_stream_is_recorded_as_it_was_sent(form: str, provider: Simulator) -> None:
    recordings = {name: record(a_request(form, provider.play(name).url)).golden for name in SHORT}

    assert {name: one.text for name, one in recordings.items()} == {name: golden(name).text for name in SHORT}
    texts = {name: [text for text in golden(name).text_tokens() if text] for name in SHORT}
    assert {name: [text for text in one.text_tokens() if text] for name, one in recordings.items()} == texts


@pytest.mark.parametrize("form", FORMATS)
def test_finish_usage_and_source_are_recorded(form: str, provider: Simulator) -> None:
    recording = record(a_request(form, provider.play("cut-by-length").url, model="m1"), today="2026-01-02").golden

    assert (recording.finish, recording.usage, recording.model) == (Finish.LENGTH, golden("cut-by-length").usage, "m1")
    assert (recording.name, recording.prompt, recording.source) == ("kept", "p", "recorded 2026-01-02")
    assert loads(dumps(recording)) == recording


def tools_of(stream: Golden, form: str) -> list[dict[str, Any]]:
    """The tools that the stream calls, in the terms of the provider."""
    schema = {"type": "object", "properties": {}}
    called = dict.fromkeys(piece.name for piece in stream.pieces if isinstance(piece, ToolCall))
    if form == "anthropic-messages":
        return [{"name": name, "input_schema": schema} for name in called]
    if form == "openai-responses":
        return [{"type": "function", "name": name, "parameters": schema} for name in called]
    if form == "gemini":
        return [{"functionDeclarations": [{"name": name, "parameters": schema} for name in called]}]
    return [{"type": "function", "function": {"name": name, "parameters": schema}} for name in called]


def recorded(form: str, stream: Golden, provider: Simulator) -> Golden:
    asked = {**REASONING[form], "tools": tools_of(stream, form)}
    return record(replace(a_request(form, provider.play(stream).url), parameters=asked)).golden


@pytest.mark.parametrize("form", REASONING)
def test_calls_reasoning_usage_and_finish_are_recorded(form: str, provider: Simulator) -> None:
    for stream in map(golden, CHAT):
        one = recorded(form, stream, provider)
        # Two APIs send no call that is cut off, one has a reason instead of a refusal, and one no details of usage.
        ollama, whole = form == "ollama-chat", [call for call in stream.calls if _is_json(call.arguments)]
        calls = whole if form in ("gemini", "ollama-chat") else stream.calls
        refuses = form == "anthropic-messages" and any(isinstance(piece, Refusal) for piece in stream.pieces)
        finish = Finish.CONTENT_FILTER if refuses else stream.finish
        usage = Usage(stream.usage.prompt, stream.usage.completion) if ollama else stream.usage

        assert one.text == stream.text
        assert [(call.name, call.id, _parsed(call.arguments)) for call in one.calls] == [
            (call.name, call.id, _parsed(call.arguments)) for call in calls
        ]
        assert "".join(one.reasoning) == "".join(stream.reasoning)
        assert (one.finish, one.usage) == (finish, usage)
        assert loads(dumps(one)) == one


@pytest.mark.parametrize("form", REASONING)
def test_a_recording_is_recorded_as_it_is(form: str, provider: Simulator) -> None:
    for name in CHAT:
        first = recorded(form, golden(name), provider)

        assert without_times(recorded(form, first, provider)) == without_times(first)


def test_signed_and_redacted_reasoning_and_refusals_are_recorded(provider: Simulator) -> None:
    for name in ("chat-two-signed-blocks", "chat-signed-empty-reasoning", "chat-redacted-reasoning"):
        assert without_times(recorded("anthropic-messages", golden(name), provider)) == without_times(golden(name))
    refused = recorded("openai-chat", golden("chat-refusal"), provider)
    assert [piece.text for piece in refused.pieces if isinstance(piece, Refusal)] == [
        piece.text for piece in golden("chat-refusal").pieces if isinstance(piece, Refusal)
    ]


def without_times(stream: Golden) -> list[Any]:
    return [replace(piece, dt=0.0) for piece in stream.pieces]


def _parsed(arguments: str) -> Any:
    return json.loads(arguments) if _is_json(arguments) else arguments


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "fragments",
    [
        [{"index": 3, "id": "a", "name": "f"}, {"index": 3, "args": "{}"}, {"index": 5, "id": "b", "name": "g"}],
        [{"index": 0, "id": "a", "name": "f", "args": "{}"}, {"index": 0, "id": "b", "name": "g"}],
        [{"id": "a", "name": "f"}, {"args": "{}"}, {"id": "b", "name": "g"}],
        [
            {"index": 0, "id": "a", "name": "f"},
            {"index": 0, "id": "a", "args": "{}"},
            {"index": 1, "id": "b", "name": "g"},
        ],
    ],
    ids=["numbered from elsewhere", "all alike", "not numbered", "with repeated ids"],
)
def test_the_calls_of_a_provider_are_counted_from_0(fragments: list[dict[str, str]]) -> None:
    calls = CallNumbers()
    sent = [{"function": {"name": one.get("name"), "arguments": one.get("args")}, **one} for one in fragments]
    pieces = [piece for call in sent for piece in pieces_of_openai(calls, {"tool_calls": [call]})]
    stream = replace(golden("chat-call"), pieces=tuple(pieces))

    assert [(call.id, call.name, call.arguments) for call in stream.calls] == [("a", "f", "{}"), ("b", "g", "{}")]


def test_the_time_before_each_token_is_recorded(provider: Simulator) -> None:
    ticks = count()

    recording = record(
        a_request("tgi", provider.play(["a", "b"], "one_byte_tcp").url), clock=lambda: float(next(ticks))
    ).golden

    first, second = recording.pieces
    assert first.dt >= 1
    assert second.dt >= 0


@pytest.mark.parametrize("form", FORMATS)
def test_a_truncated_stream_is_not_recorded(form: str, provider: Simulator) -> None:
    with pytest.raises(BrokenStreamError, match="the stream is truncated: it ended before its terminator"):
        record(a_request(form, provider.play("sparkling-water", "clean_end_early").url))


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_inside_the_stream_is_raised(form: str, provider: Simulator) -> None:
    with pytest.raises(BrokenStreamError, match="the provider sent an error: the simulated model failed"):
        record(a_request(form, provider.play("sparkling-water", "error_mid_stream").url))


def test_the_key_is_sent_only_to_the_provider(
    provider: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MY_KEY", SECRET)
    served = provider.play(["hello"])
    path = tmp_path / "kept.jsonl"
    options = ["--url", f"{served.url}/v1", "--prompt", "p", "--name", "kept", "--key-env", "MY_KEY"]

    code = main(["record", "--format", "openai-chat", *options, "--output", str(path)])

    assert code == 0
    assert load(path).text == "hello"
    assert served.requests[0].headers["authorization"] == "redacted"
    assert SECRET not in path.read_text(encoding="utf-8") + "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:9/v1?key=sk-1", "and a key in the variable of --key-env, got 'http://127.0.0.1:9/v1'"),
        ("http://u:sk-1@127.0.0.1:9/v1", "and a key in the variable of --key-env, got 'http://***@127.0.0.1:9/v1'"),
        ("ftp://u:sk-1@host:port/?sig=sk-1", "such as https://host/v1, got 'ftp://***@host:port/'"),
    ],
)
def test_a_key_in_the_url_is_refused_and_not_shown(url: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--format", "openai-chat", "--url", url, "--prompt", "p", "--name", "kept"]) == 4

    error = capsys.readouterr().err
    assert shown in error
    assert "sk-1" not in error


def test_an_error_of_the_recorder_has_no_key_of_the_url() -> None:
    with pytest.raises(BrokenStreamError, match=r"^http://127\.0\.0\.1:9/v1: "):
        record(a_request("openai-chat", "http://127.0.0.1:9/v1?key=sk-1"))


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("http_401", "responded with status 401: {"),
        ("fin_mid_stream", "the connection failed during the stream"),
        ("fin_before_headers", "Remote end closed connection without response"),
        ("html_page", "it ended before its terminator"),
        ("raw_nul", "invalid JSON in the stream"),
    ],
)
def test_a_failed_recording_is_an_error_of_one_line_without_a_file(
    fault: str, line: str, provider: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kept.jsonl"
    url = provider.play(["hello"], fault).url
    options = ["--format", "anthropic-messages", "--prompt", "p", "--name", "n", "--output", str(path)]

    code = main(["record", "--url", url, *options])

    output = capsys.readouterr().err
    assert code == 1
    assert line in output
    assert output.endswith("; no file written\n")
    assert output.count("\n") == 1
    assert not path.exists()


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_server_sent_events_may_be_cut_anywhere(size: int) -> None:
    stream = "\ufeffdata: 1\r\ndata:2\r\r\n: no\nid: 7\n\ndata\n\ndata:  \u2028\x85\n\nretry: 3\n\ndata: lost".encode()
    decoder = Decoder()

    events = [event for start in range(0, len(stream), size) for event in decoder.feed(stream[start : start + size])]

    assert [*events, *decoder.finish()] == ["1\n2", "", " \u2028\x85"]


def test_the_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    output = capsys.readouterr().out
    assert all(name in output for name in ("serve", "record", "faults"))
