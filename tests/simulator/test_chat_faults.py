"""Every fault, played to streams of calls: a call that is cut off is never valid, and the text before it is kept.

The clients are the SDKs of the providers. What a fault expects of a client is judged with a client that follows the
specifications; an SDK does not meet all of it, so for a fault that not all clients handle, it may also raise.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from clients.chat import CHAT_CLIENTS
from llm_conformance.simulator import FAULTS, Expected, Fault, FaultClass, FaultLevel, Gate, Simulator
from llm_fixtures import Finish, Golden, Piece, Reasoning, Token, ToolArguments, ToolCall, Usage

SILENCE = 0.3
PATIENCE = 20.0
ARGUMENTS = ('{"city": "Z\u00fc', 'rich", "days', '": 1', "2, ", '"exact": tr', 'ue, "note": "\U0001f44d {', "}", '"}')


def a_golden(*pieces: Piece) -> Golden:
    usage = Usage(20, len(pieces))
    return Golden(name="g", prompt="p", why="w", pieces=pieces, finish=Finish.TOOL_CALLS, usage=usage)


def arguments(index: int) -> tuple[ToolArguments, ...]:
    return tuple(ToolArguments(index, part) for part in ARGUMENTS)


# The middle of the pieces is within the arguments of a call, whichever format sends them.
STREAMS = {
    "call": a_golden(ToolCall(0, "call_a", "forecast"), *arguments(0)),
    "text-then-call": a_golden(
        Token(text="L\u00e9"), Token(text="t me look."), ToolCall(0, "call_a", "forecast"), *arguments(0)
    ),
    "calls": a_golden(
        Reasoning("Two"),
        Reasoning(" cities."),
        Token(text="Both."),
        ToolCall(0, "call_a", "forecast"),
        ToolArguments(0, "{}"),
        ToolCall(1, "call_b", "forecast"),
        *arguments(1),
    ),
}
# What known.txt shows of an SDK: one decodes the answer in the wrong charset, one loses the event after a BOM.
WRONG = {("ollama-chat", "charset_latin1"), ("openai-chat", "bom_text_first")}
IN_MATRIX: tuple[pytest.MarkDecorator, ...] = (pytest.mark.whole_matrix,)


# The client of OpenAI reads the bytes of its APIs alike; that of Gemini is the reader of test_expected.py.
READ_ALIKE = {"openai-responses", "gemini"}
# The APIs whose streams have each call whole.
WHOLE_CALLS = {"gemini", "ollama-chat"}


def in_default_run(name: str, form: str, fault: Fault) -> bool:
    """Whether the pair shows what others do not."""
    of_its_own = fault.formats == (form,) or fault.kind in (FaultClass.CUT, FaultClass.ERROR)
    return name == "calls" and (form not in READ_ALIKE or of_its_own)


PAIRS = [
    pytest.param(
        name, form, fault, id=f"{form}-{fault.name}-{name}", marks=IN_MATRIX[: not in_default_run(name, form, fault)]
    )
    for name in STREAMS
    for fault in FAULTS.values()
    for form in fault.formats
    if form in CHAT_CLIENTS and (form, fault.name) not in WRONG
]
ENDS_EARLY = (FaultClass.CUT, FaultClass.ERROR, FaultClass.STALL)
# Every call is whole before these.
ENDS_LATE = {"no_final_event"}


@pytest.fixture(scope="module")
def server() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


def calls_of(stream: Golden, form: str) -> list[tuple[str, str, Any]]:
    """The calls as a client has them: Ollama's does not read ids. A call that is cut off is none."""
    without = form == "ollama-chat"
    calls = [call for call in stream.calls if call.arguments.endswith("}")]
    return [("" if without else call.id, call.name, json.loads(call.arguments)) for call in calls]


@pytest.mark.parametrize(("name", "form", "fault"), PAIRS)
def test_a_fault_never_makes_another_call(name: str, form: str, fault: Fault, server: Simulator) -> None:
    stream, client = STREAMS[name], CHAT_CLIENTS[form]
    stays_open = fault.name == "late_close" or (fault.kind is FaultClass.STALL and fault.expected is Expected.RAISES)
    timeout = SILENCE if stays_open else PATIENCE
    exact = fault.answer(stream)
    # The only event of this stream is its call, whole.
    one_event = form in WHOLE_CALLS and name == "call"

    for streamed in (True, False):
        reading = client.read(server.play(stream, fault.name).url, timeout, stream, streamed=streamed)
        whole = (reading.text, reading.valid_calls) == (exact.text, calls_of(exact, form))

        calls = calls_of(exact, form)
        assert reading.valid_calls == calls[: len(reading.valid_calls)]
        # In one document, two halves of a surrogate pair are one character.
        assert _joined(exact.text).startswith(_joined(reading.text))
        if fault.expected is Expected.EXACT and fault.level is FaultLevel.MUST:
            assert (reading.error, whole) == (None, True)
        if fault.expected is Expected.RAISES and fault.level is FaultLevel.MUST:
            assert reading.error is not None
        ends_early = (
            fault.kind in ENDS_EARLY
            and fault.name not in ENDS_LATE
            and fault.expected is Expected.RAISES
            and (streamed or fault.whole)
        )
        if ends_early and not one_event:
            assert len(reading.valid_calls) < len(calls)


def _joined(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


CUTS = [
    pytest.param(form, name, id=f"{form}-{name}")
    for form in CHAT_CLIENTS
    for name in ("clean_end_early", "fin_mid_stream", "rst_mid_stream", "fin_in_chunk", "error_mid_stream", "stall")
]


@pytest.mark.parametrize(("form", "fault"), CUTS)
def test_the_text_before_a_call_that_is_cut_off_is_kept(form: str, fault: str, server: Simulator) -> None:
    stream = STREAMS["text-then-call"]

    reading = CHAT_CLIENTS[form].read(server.play(stream, fault).url, SILENCE, stream, streamed=True)

    assert reading.text == "L\u00e9t me look."
    assert reading.valid_calls == []


@pytest.mark.parametrize("form", [form for form in CHAT_CLIENTS if form not in WHOLE_CALLS])
def test_a_cut_is_within_the_arguments(form: str, server: Simulator) -> None:
    stream = STREAMS["text-then-call"]

    reading = CHAT_CLIENTS[form].read(server.play(stream, "clean_end_early").url, PATIENCE, stream, streamed=True)

    (call,) = reading.calls.values()
    assert call.name == "forecast"
    assert "".join(ARGUMENTS).startswith(call.arguments)
    assert 0 < len(call.arguments) < len("".join(ARGUMENTS))


@pytest.mark.parametrize("form", CHAT_CLIENTS)
def test_a_gate_before_a_piece_holds_back_the_call(form: str, server: Simulator) -> None:
    stream = STREAMS["text-then-call"]
    gate = Gate(before=4)
    served = server.play(stream, gates=[gate])

    held = CHAT_CLIENTS[form].read(served.url, SILENCE, stream, streamed=True)
    gate.open()
    rest = CHAT_CLIENTS[form].read(served.url, PATIENCE, stream, streamed=True)

    assert (held.text, held.valid_calls) == (stream.text, [])
    assert held.error is not None
    assert [call.arguments for call in held.calls.values()] == ([] if form in WHOLE_CALLS else [ARGUMENTS[0]])
    assert rest.valid_calls == calls_of(stream, form)
