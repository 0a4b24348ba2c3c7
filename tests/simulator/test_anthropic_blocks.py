"""The blocks of a message in Anthropic's form: one after another, and each with what belongs to it."""

from typing import Any

import pytest

from llm_conformance.simulator.actions import Event
from llm_conformance.simulator.formats.anthropic.blocks import UNSIGNED
from llm_fixtures import Finish, Golden, Piece, Reasoning, Redacted, Signature, Token, ToolArguments, ToolCall, Usage
from simulator.answers import ask, documents

A, B = ToolCall(0, "call_a", "f"), ToolCall(1, "call_b", "g")
BODY: dict[str, Any] = {
    "tools": [{"name": name, "input_schema": {}} for name in "fg"],
    "thinking": {"type": "adaptive"},
}


def a_golden(*pieces: Piece, finish: Finish = Finish.TOOL_CALLS) -> Golden:
    return Golden(name="g", prompt="p", why="w", pieces=pieces, finish=finish, usage=Usage(3, len(pieces)))


def streamed(*pieces: Piece) -> list[str]:
    """The events of the blocks in short: `+` begins a block, `-` ends it, and what is between is added to it."""
    short = []
    for event in documents(ask("anthropic-messages", a_golden(*pieces), **BODY)):
        match event:
            case {"type": "content_block_start", "index": index, "content_block": block}:
                short.append(f"+{index} {block['type']}")
            case {"type": "content_block_delta", "index": index, "delta": {"type": kind, **added}}:
                (text,) = added.values()
                short.append(f"{index} {kind.removesuffix('_delta')} {text}".rstrip())
            case {"type": "content_block_stop", "index": index}:
                short.append(f"-{index}")
    return short


def whole(*pieces: Piece, finish: Finish = Finish.TOOL_CALLS) -> list[Any]:
    (answer,) = documents(ask("anthropic-messages", a_golden(*pieces, finish=finish), stream=False, **BODY))
    return list(answer["content"])


def carried(*pieces: Piece) -> list[int | None]:
    events: tuple[Event, ...] = ask("anthropic-messages", a_golden(*pieces), **BODY).events
    return [event.token for event in events if event.token is not None]


def test_a_block_of_each_kind_follows_the_one_before_it() -> None:
    said = (Token(text="a"), Token(text="b"), A, ToolArguments(0, "{}"))
    pieces = (Reasoning("r"), Signature("s"), Redacted("x"), *said)

    assert streamed(*pieces) == [
        "+0 thinking",
        "0 thinking r",
        "0 signature s",
        "-0",
        "+1 redacted_thinking",
        "-1",
        "+2 text",
        "2 text a",
        "2 text b",
        "-2",
        "+3 tool_use",
        "3 input_json",
        "3 input_json {}",
        "-3",
    ]
    assert [block["type"] for block in whole(*pieces)] == ["thinking", "redacted_thinking", "text", "tool_use"]
    assert carried(*pieces) == [0, 1, 2, 3, 4, 5, 6]


def test_the_parts_of_a_later_block_wait_until_the_blocks_before_it_are_complete() -> None:
    pieces = (A, B, ToolArguments(1, "{"), ToolArguments(0, "{}"), ToolArguments(1, "}"))

    assert streamed(*pieces) == [
        "+0 tool_use",
        "0 input_json",
        "0 input_json {}",
        "-0",
        "+1 tool_use",
        "1 input_json",
        "1 input_json {",
        "1 input_json }",
        "-1",
    ]
    # The gates and the pace of a stream need numbers that do not decrease.
    assert carried(*pieces) == [0, 3, 3, 3, 4]


def test_text_between_a_call_and_its_arguments_waits_too() -> None:
    assert streamed(A, Token(text="a"), ToolArguments(0, "{}"), Token(text="b")) == [
        "+0 tool_use",
        "0 input_json",
        "0 input_json {}",
        "-0",
        "+1 text",
        "1 text a",
        "1 text b",
        "-1",
    ]


@pytest.mark.parametrize(
    ("pieces", "signatures"),
    [
        ((Reasoning("a"), Reasoning("b")), [UNSIGNED]),
        ((Signature("s"),), ["s"]),
        ((Signature("s"), Signature("t")), ["s", "t"]),
        ((Reasoning("a"), Token(text="x"), Reasoning("b"), Signature("t")), [UNSIGNED, "t"]),
    ],
)
def test_every_block_of_thinking_is_signed_once(pieces: tuple[Piece, ...], signatures: list[str]) -> None:
    assert [block["signature"] for block in whole(*pieces) if block["type"] == "thinking"] == signatures
    assert [event.split()[-1] for event in streamed(*pieces) if " signature " in event] == signatures


def test_a_call_whose_arguments_are_cut_off_is_left_out_of_a_whole_answer() -> None:
    pieces = (Token(text="a"), A, ToolArguments(0, '{"b'))

    assert whole(*pieces, finish=Finish.LENGTH) == [{"type": "text", "text": "a"}]
    assert streamed(*pieces)[-2:] == ['1 input_json {"b', "-1"]


def test_an_answer_of_nothing_has_no_block() -> None:
    assert (streamed(), whole()) == ([], [])
