"""The lines of a snapshot, and of the difference between two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from llm_conformance.records import Control, Event, Events, Kind, Stream, SubjectInfo, Value
from llm_conformance.snapshots.render import LINES, difference, snapshot

ABOUT = SubjectInfo(spec="acme:LLM", kind=Kind.LLM, control=Control.BLACKBOX, method_owners={}, prompts=("p", "q", "r"))
NONE = Value("NoneType", "NoneType")


def value_of(value: Any) -> Value:
    if isinstance(value, Value):
        return value
    kind = type(value).__name__
    if isinstance(value, dict):
        return Value(kind, kind, fields={key: value_of(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return Value(kind, kind, fields={str(index): value_of(one) for index, one in enumerate(value)})
    return Value(kind, kind, text=value) if isinstance(value, str) else Value(kind, kind, scalar=value)


def chunks(*texts: Any) -> list[str]:
    return snapshot(Stream(chunks=tuple(map(value_of, texts))), ABOUT).splitlines()


def event(**keys: Any) -> Event:
    return Event(value_of({"event": "on_llm_stream", "name": "LLM", "run_id": "a", **keys}))


def lines(*events: Event, about: SubjectInfo = ABOUT) -> list[str]:
    return snapshot(Events(events=events), about).splitlines()


def test_chunks_stand_between_bars() -> None:
    assert chunks("a", " b", "c") == ["3 chunks of str", "a| b|c"]


def test_a_line_of_text_is_a_line_of_the_snapshot() -> None:
    assert chunks("a\nb", "\n", "\n", "c") == ["4 chunks of str", "a\\n", "b|\\n", "|\\n", "|c"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a|b", "a\\|b"), ("\\n", "\\\\n"), ("\x1b[31m", "\\x1b[31m"), ("\ud83d", "\\ud83d"), ("\u2028", "\\u2028")],
)
def test_characters_that_a_terminal_interprets_are_escaped(text: str, line: str) -> None:
    assert chunks(text) == ["1 chunk of str", line]


def test_a_trailing_blank_is_escaped() -> None:
    assert chunks("a", " ") == ["2 chunks of str", "a|\\x20"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [((), ["no chunks"]), (("",), ["1 chunk of str"]), (("", ""), ["2 chunks of str", "|"])],
    ids=["none", "one empty", "two empty"],
)
def test_empty_chunks_are_counted(texts: tuple[str, ...], expected: list[str]) -> None:
    assert chunks(*texts) == expected


def test_types_are_named_in_order_of_appearance() -> None:
    message = Value("acme.messages.Chunk", "object", text="a")

    assert chunks(message, "b", NONE) == ["3 chunks of Chunk and str and NoneType", "a|b|None"]


def test_different_chunks_have_different_snapshots() -> None:
    cuts = [("a\n", "b"), ("a", "\nb"), ("a\nb",), ("a\\n", "b"), ("a|", "\nb"), ("a\n", "", "b"), ("a", "\n", "b")]

    assert len({tuple(chunks(*cut)) for cut in cuts}) == len(cuts)


def test_runs_are_numbered_as_they_appear() -> None:
    rendered = lines(
        event(run_id="5e1f"), event(run_id="77aa", parent_ids=["5e1f"]), event(run_id="5e1f"), event(run_id="")
    )

    assert rendered == [
        'on_llm_stream "LLM" run 1',
        'on_llm_stream "LLM" run 2 in run 1',
        'on_llm_stream "LLM" run 1',
        'on_llm_stream "LLM" no run',
    ]


def test_a_run_id_in_a_text_is_numbered_as_well() -> None:
    run_id = "5e1f0000-1111-4222-8333-444455556666"

    (rendered,) = lines(event(run_id=run_id, data={"chunk": f"run--{run_id}"}))

    assert rendered == 'on_llm_stream "LLM" run 1 chunk: "run--run 1"'


def test_data_is_rendered_with_types_and_texts_and_without_numbers() -> None:
    output = {"text": 'a "b"\n', "n": 3, "cost": 0.1, "done": True, "list": [("x",), None]}

    (rendered,) = lines(event(data={"output": output}))

    assert rendered == (
        'on_llm_stream "LLM" run 1 output: {cost: float, done: True, list: [("x"), None], n: int, text: "a \\"b\\"\\n"}'
    )


def test_the_order_of_keys_does_not_matter() -> None:
    assert lines(event(data={"a": {"x": 1, "y": 2}, "b": 1})) == lines(event(data={"b": 1, "a": {"y": 2, "x": 1}}))


@pytest.mark.parametrize("key", ["generation_info", "llm_output", "response_metadata", "id"])
def test_only_the_shape_of_provider_info_is_rendered(key: str) -> None:
    (rendered,) = lines(event(data={"output": {key: {"id": "cmpl-1", "created": 17}, "text": "t"}}))

    assert f"{key}: {{created: int, id: str}}" in rendered
    assert 'text: "t"' in rendered


def test_metadata_of_the_framework_is_left_out() -> None:
    (rendered,) = lines(event(metadata={"ls_provider": "acme", "lc_versions": {"core": "1"}, "m": "x"}, tags=["t"]))

    assert rendered == 'on_llm_stream "LLM" run 1 tags [t] metadata {m: "x"}'


def test_an_unknown_key_of_an_event_is_named() -> None:
    assert lines(event(extra=1)) == ['on_llm_stream "LLM" run 1 and extra']


def test_a_value_that_is_not_an_event_is_rendered_by_its_shape() -> None:
    assert lines(Event(value_of("text")), Event(NONE)) == ['"text"', "None"]


def test_the_nonce_of_a_controlled_prompt_is_left_out() -> None:
    rendered = [
        lines(event(data={"input": prompt}), about=replace(ABOUT, control=Control.WIRE, prompts=(prompt, "q", "r")))
        for prompt in ("Sing [12ab34cd].. [00ff00ff]", "Sing [12ab34cd].. [a1b2c3d4]")
    ]

    assert rendered[0] == rendered[1] == ['on_llm_stream "LLM" run 1 input: "Sing [12ab34cd].."']


def test_a_difference_shows_the_lines_around_it() -> None:
    assert difference("a\nb\nc\nd\n", "a\nb\nX\nd\n", path="was.txt") == [
        "--- was.txt",
        "+++ actual",
        "@@ -2,3 +2,3 @@",
        " b",
        "-c",
        "+X",
        " d",
    ]


def test_long_lines_are_cut_around_their_first_difference() -> None:
    before, after = "x" * 500 + "|a|" + "y" * 500, "x" * 500 + "a|b" + "y" * 500

    gone, new = difference(before, after, path="was")[3:5]

    assert gone.startswith("-…x")
    assert "x|a|y" in gone
    assert "xa|by" in new
    assert max(len(gone), len(new)) <= 106


def test_a_difference_has_thirty_lines_at_most_and_shows_both_sides() -> None:
    before = "".join(f"{number}\n" for number in range(400))
    scattered = before.replace("7\n", "seven\n")

    whole = difference(before, "new\n" * 50, path="was")
    parts = difference(before, scattered, path="was")

    assert len(whole) <= LINES
    assert len(parts) == LINES
    assert "-and 390 more lines" in whole
    assert "+and 40 more lines" in whole
    assert parts[-1].startswith("and ")
