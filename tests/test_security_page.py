"""Every promise of SECURITY.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^\| ([A-Z0-9`].*) \| (`tests/.*) \|$", PAGE, re.MULTILINE)


def test_every_promise_has_tests() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith(("| promise", "|---"))]

    assert len(rows) == len(PROMISES) > 10


@pytest.mark.parametrize("tests", [tests for _, tests in PROMISES], ids=[promise[:40] for promise, _ in PROMISES])
def test_the_named_tests_exist(tests: str) -> None:
    for part in tests.split("; "):
        path, *names = re.findall(r"`([^`]+)`", part)
        source = (ROOT / path).read_text(encoding="utf-8")

        assert names
        assert [name for name in names if f"def {name}(" not in source] == []
