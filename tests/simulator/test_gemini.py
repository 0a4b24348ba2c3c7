"""Gemini's parts and its streams in one array: what is particular to this API."""

import json
from typing import Any

import httpx
import pytest

from clients import gemini
from llm_conformance.simulator import Dialect, Simulator
from llm_conformance.simulator.formats import format_at
from llm_fixtures import Finish, Golden, Piece, Reasoning, Signature, Token, ToolArguments, ToolCall, Usage, golden
from simulator.answers import ask, documents

A, B = ToolCall(0, "call_a", "f"), ToolCall(1, "call_b", "g")
TEXT = Token(text="t")
SIGNED = Reasoning("r"), Signature("c2ln")
BODY: dict[str, Any] = {
    "tools": [{"functionDeclarations": [{"name": "f"}, {"name": "g"}]}],
    "generationConfig": {"thinkingConfig": {"includeThoughts": True}},
}


def parts(*pieces: Piece, stream: bool, finish: Any = "own-chunk") -> list[str]:
    """The parts of the answer in short: `~` is a thought, a name is a call, `!` has a signature."""
    one = Golden(name="g", prompt="p", why="w", pieces=pieces, finish=Finish.STOP, usage=Usage(3, len(pieces)))
    short = []
    for chunk in documents(ask("gemini", one, stream=stream, finish=finish, **BODY)):
        for part in gemini.parts(chunk):
            call = part.get("functionCall")
            what = f"{call['name']}{json.dumps(call['args'])}" if call else part["text"]
            short.append("~" * bool(part.get("thought")) + what + "!" * bool(part.get("thoughtSignature")))
    return short


@pytest.mark.parametrize(
    ("pieces", "streamed", "whole"),
    [
        ((*SIGNED, TEXT, TEXT), ["~r", "t", "t", "!"], ["~r", "tt!"]),
        ((*SIGNED, A, B), ["~r", "f{}!", "g{}", ""], ["~r", "f{}!", "g{}"]),
        ((*SIGNED, TEXT, A), ["~r", "t", "f{}!", ""], ["~r", "t", "f{}!"]),
        ((A, *SIGNED, TEXT), ["f{}", "~r", "t", "!"], ["f{}", "~r", "t!"]),
        ((*SIGNED, *SIGNED), ["~r", "~r", "!"], ["~rr", "!"]),
        ((Signature("c2ln"), A, TEXT), ["f{}!", "t", ""], ["f{}!", "t"]),
    ],
)
def test_the_part_after_thoughts_carries_their_signature(
    pieces: tuple[Piece, ...], streamed: list[str], whole: list[str]
) -> None:
    assert (parts(*pieces, stream=True), parts(*pieces, stream=False)) == (streamed, whole)


def test_the_last_text_carries_the_signature_and_the_finish_reason() -> None:
    assert parts(*SIGNED, TEXT, TEXT, stream=True, finish="with-last-text") == ["~r", "t", "t!"]


def test_a_call_waits_for_those_before_it_and_is_never_sent_in_part() -> None:
    interleaved = (A, B, ToolArguments(1, "{}"), TEXT, ToolArguments(0, '{"x":1}'), TEXT)
    cut_off = (TEXT, A, ToolArguments(0, '{"x"'))

    assert parts(*interleaved, stream=True) == ["t", 'f{"x": 1}', "g{}", "t", ""]
    assert parts(*cut_off, stream=True) == ["t", ""]
    assert parts(*cut_off, stream=False) == ["t"]


def test_all_calls_may_be_parts_of_one_chunk() -> None:
    stream, body = golden("chat-parallel-calls"), {"contents": gemini.contents("p")}
    tools = [{"functionDeclarations": [{"name": "get_time"}, {"name": "get_weather"}]}]
    with Simulator() as server:
        url = server.play(stream, dialect=Dialect(calls="whole")).url
        first, _ = gemini.chunks(url, 20.0, {**body, "tools": tools})

    assert [part["functionCall"]["id"] for part in gemini.parts(first)] == ["call_a", "call_b", "call_c"]


def test_the_usage_may_come_with_the_finish_reason_alone() -> None:
    with Simulator() as server:
        url = server.play("chat-usage-details", dialect=Dialect(usage="with-finish")).url
        *others, last = gemini.chunks(url, 20.0, {"contents": gemini.contents("p")})

    assert not any("usageMetadata" in chunk for chunk in others)
    assert last["usageMetadata"]["totalTokenCount"] == 2054


@pytest.mark.parametrize(
    ("fault", "applied"),
    [("one_byte_chunks", True), ("crlf", False), ("content_without_parts", False), ("empty_tokens", True)],
)
def test_a_fault_of_events_does_not_apply_to_an_array(fault: str, *, applied: bool) -> None:
    with Simulator() as server:
        served = server.play("plain-ascii", fault)
        path = gemini.PATH.partition("?")[0]
        items = httpx.post(f"{served.url}{path}", json={"contents": gemini.contents("p")}).json()

    assert "".join(map(gemini.text, items)) == served.text
    assert (served.requests[0].fault == fault) is applied


def test_an_error_ends_an_array() -> None:
    with Simulator() as server:
        url = server.play("plain-ascii", "error_mid_stream").url
        *others, last = httpx.post(
            f"{url}{gemini.PATH.partition('?')[0]}", json={"contents": gemini.contents("p")}
        ).json()

    assert others
    assert last == {"error": {"code": 500, "message": "the simulated model failed", "status": "INTERNAL"}}


@pytest.mark.parametrize("query", ["alt=sse", "key=k&alt=sse", "%24alt=sse", "$alt=sse;enum-encoding=int"])
def test_a_query_may_have_more_than_the_encoding(query: str) -> None:
    assert format_at("/v1beta/models/m:streamGenerateContent", query)[1]["alt"] == "sse"
    assert format_at("/v1beta/models/m:streamGenerateContent", query.replace("sse", "json"))[1]["alt"] == "json"


def test_a_provider_lists_its_models_and_counts_tokens() -> None:
    with Simulator() as server:
        counted = httpx.post(f"{server.url}/v1beta/models/m:countTokens", json={"contents": gemini.contents("a b")})
        assert counted.json()["totalTokens"] > 0
        (listed,) = httpx.get(f"{server.url}/v1beta/models").json()["models"]
        named = httpx.get(f"{server.url}/v1beta/models/gemini-x").json()

    assert (listed["name"], named["name"]) == ("models/m", "models/gemini-x")
