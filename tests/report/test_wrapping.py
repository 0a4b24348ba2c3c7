from __future__ import annotations

import pytest

from llm_conformance.report.escape import columns
from llm_conformance.report.lines import wrap


@pytest.mark.parametrize("indent", [0, 4, 38, 39, 40, 41, 78, 79, 80, 81, 120])
@pytest.mark.parametrize("width", [40, 80])
def test_a_deep_indentation_leaves_room_for_the_text(indent: int, width: int) -> None:
    blanks = " " * indent

    lines = wrap(f"{blanks}{'^' * 70} one two", width, f"{blanks}  ")

    assert "".join(lines).replace(" ", "") == f"{'^' * 70}onetwo"


def test_a_word_that_is_too_wide_is_broken() -> None:
    lines = wrap("a" * 100, 40, "  ")

    assert [line.strip() for line in lines] == ["a" * 38, "a" * 38, "a" * 24]
    assert max(map(columns, lines)) <= 40
