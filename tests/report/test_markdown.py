"""The page of Markdown: what it says, and that a model's output stays text in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from llm_conformance.records import Status
from llm_conformance.report.markdown import render
from llm_conformance.report.markdown_text import block, cell, code
from report.hostile import HOSTILE, SPEC, run, verdict


def outside_of_blocks(page: str) -> Iterator[str]:
    """The lines that are Markdown, as CommonMark reads it."""
    fence = ""
    for line in page.splitlines():
        ticks = "`" * (len(line) - len(line.lstrip("`")))
        if not fence and len(ticks) >= 3:
            fence = ticks
        elif fence and line.strip() == line == ticks and len(ticks) >= len(fence):
            fence = ""
        elif not fence:
            yield line
    assert not fence


def test_output_of_a_model_is_nowhere_but_in_code() -> None:
    page = render(HOSTILE)
    markup = [re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line) for line in outside_of_blocks(page)]

    assert not any(
        word in line for line in markup for word in ("heading", "script", "javascript", "@team", "#1", "<b>")
    )
    assert all(character.isprintable() or character == "\n" for character in page)


def test_the_page_begins_with_a_table_of_the_subjects() -> None:
    lines = render(run(verdict(), verdict("stream.exact", Status.PASSED))).splitlines()

    assert lines[0] == "# LLM conformance"
    assert lines[2] == "| subject | verdict | MUST | SHOULD | not judged | control |"
    assert lines[4] == f"| ``{SPEC}`` | ❌ not conformant | 1/2 | 0/0 | 0 | blackbox |".replace("`|<b>", "`\\|<b>")


def test_a_finding_is_shown_as_the_terminal_shows_it() -> None:
    page = render(HOSTILE)

    assert page.index("### Findings that fail the run") < page.index("#### MUST `stream.concat`")
    assert page.index("<summary>1 finding that does not fail the run") < page.index("#### SHOULD `stream.lazy`")
    assert list(outside_of_blocks(page)).count("<details>") == list(outside_of_blocks(page)).count("</details>") == 3
    assert "  code       text-differs\n" in page
    assert "<summary>1 declared or inherited</summary>" in page


def test_a_page_of_many_findings_has_the_names_of_those_that_do_not_fit() -> None:
    page = render(run(*(verdict(f"stream.{'x' * 20}{number}") for number in range(60))))

    assert len(page) < 65_536
    assert page.count("\n#### MUST") + page.count("\n- MUST") == 60
    assert "\n- MUST" in page


def test_an_interrupted_run_says_so() -> None:
    assert "The run was interrupted.\n" in render(run(verdict(), interrupted=True))


def test_a_run_in_which_nothing_was_judged_says_so() -> None:
    assert render(run()._replace(subjects=[])) == "# LLM conformance\n\nNothing was judged.\n"


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a\nb", "`a\\nb`"), ("``", "``` `` ```")],
)
def test_a_span_of_code_has_the_text(text: str, span: str) -> None:
    assert code(text) == span


def test_a_block_is_not_ended_by_its_lines() -> None:
    assert block(["a", "````", "b"]) == ["`````text", "a", "````", "b", "`````"]
    assert cell(code("a|b")) == "`a\\|b`"
