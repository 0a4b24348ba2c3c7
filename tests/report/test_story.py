"""Faults that a client gets wrong in the same way are one story; every other finding is its own."""

from __future__ import annotations

import pytest

from llm_conformance.catalogue.catalogue import CHECKS
from llm_conformance.records import Finding, Status, Text, Verdict
from llm_conformance.report.finding import Layout, verdict_lines
from llm_conformance.report.story import stories

RAISED = Finding(
    "the exact text", "raised ValueError: no JSON (acme.py:9 in read)", code="raised", exception="ValueError"
)
ELSEWHERE = Finding("the exact text", "raised ValueError: x (acme.py:7 in end)", code="raised", exception="ValueError")
DIFFERS = Finding(Text(("a", "b")), Text(("a",)), code="text-differs", at=1)
TRUNCATED = Finding("an exception", "ended early", code="truncated", hint="raise if the terminator is missing")


def failed(check: str, *findings: Finding) -> Verdict:
    known = CHECKS[check]
    return Verdict(check, known.level, known.clause, Status.FAILED, findings=findings)


def told(*verdicts: Verdict) -> list[list[str]]:
    return [[one.check for one in story.verdicts] for story in stories(verdicts)]


def test_an_exception_at_the_same_place_is_one_story_across_families() -> None:
    first, second = "wire.syntax[retry_only]", "wire.terminator[usage_chunk]"

    assert told(failed(first, RAISED), failed(second, RAISED)) == [[second, first]]
    assert told(failed(first, RAISED), failed(second, ELSEWHERE)) == [[first], [second]]


def test_all_faults_of_delivery_are_one_story_that_joins_others() -> None:
    delivery = [failed("wire.delivery[cut_at]", DIFFERS), failed("wire.delivery[one_byte_chunks]", RAISED)]

    found = told(failed("wire.syntax[retry_only]", RAISED), *delivery)

    assert found == [["wire.delivery[cut_at]", "wire.delivery[one_byte_chunks]", "wire.syntax[retry_only]"]]


def test_a_check_without_a_fault_is_its_own_story() -> None:
    assert told(failed("stream.concat", DIFFERS), failed("stream.repeats", DIFFERS)) == [
        ["stream.concat"],
        ["stream.repeats"],
    ]


def test_a_story_shows_one_finding_and_every_fault() -> None:
    verdicts = [failed(f"wire.cut[{name}]", TRUNCATED) for name in ("clean_end_early", "gzip_truncated")]
    (story,) = stories(verdicts)

    lines = story.lines("pytest x", Layout())

    assert lines[0].startswith("SHOULD wire.cut[clean_end_early] and 1 more (WIRE-006): ")
    assert sum(line.startswith("  actual") for line in lines) == 1
    assert any("clean_end_early: The HTTP body" in line for line in lines)
    assert any("gzip_truncated: The HTTP body" in line for line in lines)
    assert lines[-1] == "  rerun      pytest x"
    assert sum(line.startswith("  actual") for line in story.lines("", Layout(verbose=True))) == 2


def test_faults_behind_the_end_of_an_answer_are_one_story() -> None:
    waits = Finding("the exact text", "had not ended after 10 s (acme.py:9 in read)", code="hung")
    first, second = "wire.terminator[data_after_done]", "wire.terminator[late_close]"

    assert told(failed(first, RAISED), failed(second, waits)) == [[first, second]]
    assert told(failed("wire.terminator[usage_chunk]", RAISED), failed(second, waits)) == [
        ["wire.terminator[usage_chunk]"],
        [second],
    ]


def test_the_sides_of_a_comparison_are_named() -> None:
    finding = Finding(Text(("ab",)), Text(("a",)), code="text-differs", at=1, sides=("invoke()", "stream()"))

    lines = verdict_lines(failed("stream.concat", finding))

    assert verdict_lines(failed("stream.concat", finding), layout=Layout(verbose=True)) == lines
    assert lines[1:4] == ["  invoke()   ab", "  stream()   a", "              ^ first difference at character 1"]


def test_texts_that_look_the_same_are_shown_by_their_numbers() -> None:
    composed, apart = Text(("caf\N{LATIN SMALL LETTER E WITH ACUTE}",)), Text(("cafe", "\N{COMBINING ACUTE ACCENT}"))

    lines = verdict_lines(failed("stream.concat", Finding(composed, apart, code="text-differs", at=3)))

    assert any(line.endswith("^ first difference at character 3: U+00E9, and U+0065 U+0301") for line in lines)


@pytest.mark.parametrize(
    ("expected", "actual", "shown"),
    [
        ("caf\u00e9 x", "cafe\u0301 y", ": U+00E9, and U+0065 U+0301"),
        ("caf\ufe0f", "caf", ": U+FE0F, and nothing"),
        ("caf\N{CYRILLIC SMALL LETTER A}", "cafa", ": U+0430, and U+0061"),
        ("caf\uff21", "cafA", ": U+FF21, and U+0041"),
        ("cafe", "caf", ""),
        ("cafe", "cafa", ""),
        ("caf\u4e00", "caf\u4e01", ""),
    ],
)
def test_characters_are_shown_by_their_numbers_only_if_they_look_the_same(
    expected: str, actual: str, shown: str
) -> None:
    finding = Finding(Text((expected,)), Text((actual,)), code="text-differs", at=3)

    lines = verdict_lines(failed("stream.concat", finding))

    assert any(line.endswith(f"^ first difference at character 3{shown}") for line in lines)


def test_a_line_feed_alone_is_escaped_once() -> None:
    lines = verdict_lines(failed("stream.concat", Finding("a", Text(("\n", " ")), code="c")))

    assert lines[2] == "  actual     '\\n| ' (whitespace only)"


def test_an_actual_side_is_never_empty() -> None:
    empty: list[Text | str] = [Text(()), Text(("", "")), Text((" ",)), ""]

    shown = [verdict_lines(failed("stream.concat", Finding("a", one, code="c")))[2] for one in empty]

    assert shown == [
        "  actual     (no text)",
        "  actual     (no text in 2 chunks)",
        "  actual     ' ' (whitespace only)",
        "  actual     (no text)",
    ]


def test_a_traceback_has_its_label() -> None:
    verdict = failed("stream.completes", RAISED)
    lines = verdict_lines(
        Verdict(**{name: getattr(verdict, name) for name in verdict.__slots__} | {"details": "one\ntwo"})
    )

    assert lines[-3:] == ["  traceback", "    one", "    two"]


def test_lines_respect_the_width_and_lose_nothing() -> None:
    finding = Finding("x " * 60, "y" * 100, code="differs", hint="z " * 60)

    narrow = verdict_lines(failed("stream.concat", finding), layout=Layout(width=60))

    assert max(map(len, narrow)) <= 60
    assert "".join("".join(narrow).split()).count("y") >= 100


def test_a_story_begins_with_the_highest_level_and_names_the_others() -> None:
    should, must = (failed(f"wire.cut[{name}]", TRUNCATED) for name in ("clean_end_early", "fin_mid_stream"))
    (story,) = stories([should, must])

    lines = story.lines("", Layout())

    assert lines[0].startswith("MUST wire.cut[fin_mid_stream] and 1 more (WIRE-006): ")
    assert any("fin_mid_stream: The provider" in line for line in lines)
    assert any("clean_end_early (SHOULD): The HTTP body" in line for line in lines)
