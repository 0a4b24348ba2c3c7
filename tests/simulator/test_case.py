"""Invalid arguments of a case raise ValueError."""

from dataclasses import replace
from typing import Any

import pytest

from llm_conformance.simulator import Case
from llm_fixtures import golden

HELLO = Case(nonce="n1", golden=golden("plain-ascii"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nonce": ""}, "a nonce must not be empty"),
        ({"finish": "late"}, "finish must be one of own-chunk, with-last-text, got 'late'"),
        ({"rendering": "keep"}, "rendering must be one of hold, replace, got 'keep'"),
        ({"pace": -1.0}, "pace must be a finite number, 0 or more, got -1.0"),
        ({"pace": float("nan")}, "pace must be a finite number, 0 or more, got nan"),
        ({"pace": float("inf")}, "pace must be a finite number, 0 or more, got inf"),
    ],
)
def test_an_invalid_argument_raises(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(HELLO, **changes)
