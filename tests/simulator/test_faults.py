"""The faults without a network: their names, their effect on an answer, and that all effects differ."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from llm_conformance.simulator import FAULTS, FORMATS, Case, Expected, Fault, FaultClass, FaultLevel
from llm_conformance.simulator.actions import Actions, Event, Pause, Send
from llm_conformance.simulator.faults import RequestTraits, fault_named
from llm_conformance.simulator.faults.fault import FaultFamily
from llm_conformance.simulator.http.framing import framed
from llm_conformance.simulator.http.request import Head
from llm_conformance.simulator.server.registered import RegisteredCases
from llm_conformance.simulator.server.respond import respond
from llm_fixtures import Finish, Golden, Token, Usage
from simulator.answers import BODY

TOKENS = ("He", "llo\n", "wor\U0001f44dld", "\x85x", " end", "!")
GOLDEN = Golden(
    name="g",
    prompt="p",
    why="w",
    pieces=tuple(Token(text=text) for text in TOKENS),
    finish=Finish.STOP,
    usage=Usage(3, len(TOKENS)),
)
PAIRS = [(form, name) for name, fault in FAULTS.items() for form in fault.formats]
# Faults that send nothing of the answer, so that all formats send the same.
FORMAT_INDEPENDENT = {"fin_before_headers", "rst_before_headers", "rst_after_headers", "stall_headers", "html_page"}
KNOWN = Path(__file__).parents[1] / "clients" / "known.txt"


def plan(form: str, fault: str, *, stream: bool = True, attempt: int = 1) -> Actions:
    """The actions under this fault."""
    path = {True: "/generate_stream", False: "/generate"}[stream] if form == "tgi" else FORMATS[form].stream_path()
    path, _, query = path.partition("?")
    case = Case(nonce="n", golden=GOLDEN, format=form, fault=fault)
    cases = RegisteredCases((case,), attempts={"n": attempt - 1})
    head = Head("POST", path, {"accept-encoding": "gzip"}, query)
    decision = respond(head, json.dumps({**BODY, "stream": stream}).encode(), cases, 1)
    return framed(decision.actions, closing=False)


def plans(form: str, fault: str) -> tuple[Actions, Actions]:
    """The actions of two attempts, because some faults apply to every other attempt only."""
    return plan(form, fault), plan(form, fault, attempt=2)


def sent(actions: Actions) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Send))


def measured_faults() -> Iterator[str]:
    """The names that were measured_faults before, but for the one that says nothing goes wrong."""
    return (line.partition("|")[0].strip() for line in KNOWN.read_text(encoding="utf-8").splitlines()[1:])


def test_every_measured_fault_exists() -> None:
    assert set(measured_faults()) <= set(FAULTS)
    assert set(FAULTS) - set(measured_faults()) == {"special_token"}


@pytest.mark.parametrize("form", FORMATS)
def test_the_faults_of_a_format_send_different_bytes(form: str) -> None:
    counts = Counter(plans(form, name) for name, fault in FAULTS.items() if form in fault.formats)

    assert set(counts.values()) == {1}


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS.values() if fault.kind is not FaultClass.HTTP], ids=lambda fault: fault.name
)
def test_the_formats_of_a_fault_send_different_bytes(fault: Fault) -> None:
    counts = Counter(plans(form, fault.name) for form in fault.formats)

    assert fault.name in FORMAT_INDEPENDENT or set(counts.values()) == {1}


@pytest.mark.parametrize("name", ["random_cuts", "jitter", "gzip_flushed"])
def test_a_random_fault_is_reproducible(name: str) -> None:
    assert plan("openai-chat", name) == plan("openai-chat", name)


@pytest.mark.parametrize("form", FORMATS)
def test_cuts_of_an_answer_that_is_not_streamed_send_different_bytes(form: str) -> None:
    counts = Counter(
        plan(form, name, stream=False)
        for name, fault in FAULTS.items()
        if form in fault.formats and fault.whole and fault.kind is FaultClass.CUT
    )

    assert set(counts.values()) == {1}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_rule_is_one_paragraph(fault: Fault) -> None:
    assert fault.rule.endswith(".")
    assert "\n" not in fault.rule
    assert "|" not in fault.rule


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_only_unspecified_faults_are_may(fault: Fault) -> None:
    assert (fault.level is FaultLevel.MAY) is (fault.kind is FaultClass.UNSPECIFIED)
    assert fault.level is not FaultLevel.MAY or fault.expected is Expected.EITHER


def test_only_faults_about_time_pause() -> None:
    timed = {name for form, name in PAIRS if any(isinstance(one, Pause) for one in plan(form, name))}

    # They pause so that the client reads the data before the reset; otherwise it would be another fault.
    paused_before_reset = {"rst_mid_stream", "rst_after_headers", "bad_chunk_size"}
    assert timed == {"slow_first_token", "jitter", "stall_with_comments", "slow_but_steady", *paused_before_reset}


@pytest.mark.parametrize("form", FORMATS)
def test_a_cut_keeps_the_first_half_of_the_tokens(form: str) -> None:
    body = sent(plan(form, "clean_end_early")).decode()

    assert json.dumps("wor\U0001f44dld", ensure_ascii=False)[1:-1] in body
    assert '" end"' not in body


def test_faults_keep_characters_that_tokens_share() -> None:
    halves = tuple(Token(raw=bytes([byte])) for byte in "\u4f60".encode())
    golden = replace(GOLDEN, pieces=(*GOLDEN.pieces, *halves))

    damaged = {name for name, fault in FAULTS.items() if "\ufffd" in "".join(fault.answer(golden).text_tokens())}

    assert damaged <= {"invalid_utf8"}


@pytest.mark.parametrize("position", [0, 1, 7, 10_000])
def test_the_position_of_a_cut_can_be_any_byte(position: int) -> None:
    faultless = plan("ollama-generate", "baseline")

    cut = plan("ollama-generate", f"cut_at={position}")

    bodies = [
        b"".join(part.data.partition(b"\r\n")[2][:-2] for part in one[1:-1] if isinstance(part, Send))
        for one in (faultless, cut)
    ]
    assert bodies[0] == bodies[1]
    assert len(cut) == (4 if 0 < position < len(bodies[0]) else 3)


@pytest.mark.parametrize(
    "name", ["cut_at=", "cut_at=-1", "cut_at=x", "cut_at=\u0661", "crfl", "slow_but_steady=", "slow_but_steady=1e9"]
)
def test_an_unknown_fault_raises_with_the_nearest_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"unknown fault '.*'; nearest: '(cut_at|crlf|slow_but_steady)'"):
        fault_named(name)


def test_a_fault_without_a_docstring_raises() -> None:
    def nameless(actions: Actions) -> Actions:
        return actions

    with pytest.raises(TypeError, match="fault 'nameless' has no docstring"):
        FaultFamily(FaultClass.CUT).on_response(Expected.RAISES, FaultLevel.MUST)(nameless)


def test_a_duplicate_fault_name_raises() -> None:
    def twin(actions: Actions) -> Actions:
        """Does nothing."""
        return actions

    family = FaultFamily(FaultClass.CUT)
    family.on_response(Expected.RAISES, FaultLevel.MUST)(twin)
    with pytest.raises(TypeError, match="duplicate fault name: 'twin'"):
        family.on_response(Expected.RAISES, FaultLevel.MUST)(twin)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("crlf", b"data: [DONE]\r\n\r\n"),
        ("cr_only", b"data: [DONE]\r\r"),
        ("crlf_then_lf", b"data: [DONE]\r\n\n"),
        ("no_space_after_colon", b"data:[DONE]\n\n"),
        ("id_then_comment", b"id: 8\ndata: [DONE]\n\n: ping\n\n"),
        ("multi_line_data", b'data: {\ndata: "id":"cmpl-1","object"'),
        ("bom", b"3\r\n\xef\xbb\xbf\r\n"),
        ("ascii_escapes", b'"text":"wor\\ud83d\\udc4dld"'),
        ("surrogate_halves", b'"text":"\\ud83d"'),
        ("invalid_utf8", b'"text":"a\xffb"'),
        ("raw_nul", b'"text":"a\x00b"'),
        ("error_mid_stream", b'data: {"error":{"message":"the simulated model failed","type":"server_error"'),
        ("error_bare_json", b'\r\n{"error":{"message"'),
        ("chunk_oddities", b"X-Sum: 1\r\n\r\n"),
        ("http_429_retry_after_then_ok", b"\r\nRetry-After: 1\r\n"),
        ("redirect_307", b"HTTP/1.1 307 Temporary Redirect\r\nLocation: ?redirected\r\n"),
        ("length_too_long", b"Content-Length: "),
        ("wrong_content_type", b"\r\nContent-Type: text/plain\r\n"),
    ],
)
def test_a_fault_does_what_its_name_says(fault: str, expected: bytes) -> None:
    assert expected in sent(plan("openai-completions", fault))


def test_the_last_piece_of_an_event_keeps_token_and_end() -> None:
    actions = fault_named("one_byte_chunks").apply((Event(b"ab", token=3, end=True),), RequestTraits())

    assert actions == (Event(b"a"), Event(b"b", token=3, end=True))


@pytest.mark.parametrize(
    ("form", "kind"), [("openai-completions", "text_completion"), ("openai-chat", "chat.completion.chunk")]
)
def test_a_usage_chunk_has_the_object_type_of_its_format(form: str, kind: str) -> None:
    (chunk,) = re.findall(rb"data: (.*\"choices\":\[\].*)\n", sent(plan(form, "usage_chunk")))
    (null,) = re.findall(rb"data: (.*\"choices\":null.*)\n", sent(plan(form, "choices_null")))

    assert json.loads(chunk)["object"] == json.loads(null)["object"] == kind


def test_a_chunk_ends_inside_every_character() -> None:
    chunks = [action.data for action in plan("ollama-generate", "utf8_cuts")[1:-1] if isinstance(action, Send)]
    pieces = [data.partition(b"\r\n")[2][:-2] for data in chunks]

    assert [piece for piece in pieces if piece.startswith(b"\x9f")] == [b"\x9f"]
    assert any(piece.endswith(b"wor\xf0") for piece in pieces)


def test_the_finish_reason_is_sent_with_the_last_text() -> None:
    assert b'"text":"!","logprobs":null,"finish_reason":"stop"' in sent(plan("openai-completions", "finish_with_text"))
    assert plan("openai-chat", "finish_with_text", stream=False) == plan("openai-chat", "baseline", stream=False)


def test_control_characters_are_all_but_those_with_a_fault_of_their_own() -> None:
    text = "".join(FAULTS["control_chars"].answer(GOLDEN).text_tokens())

    assert {chr(code) for code in (*range(32), 127)} - set(text) == {"\0", "\r"}
