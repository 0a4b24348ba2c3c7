from __future__ import annotations

import re
from pathlib import Path

import pytest

from llm_conformance import plugin
from llm_conformance.catalogue.catalogue import CHECKS, GROUPS

CHANGELOG = (Path(__file__).parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^- (.*)$", CHANGELOG, re.MULTILINE)
NAMES = {*(check.family for check in CHECKS.values()), *(f"{group}.*" for group in GROUPS)}


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_begins_with_the_name_of_the_thing(entry: str) -> None:
    assert entry.startswith(("`", "["))


def test_every_check_that_is_named_exists() -> None:
    named = set(re.findall(r"`([a-z-]+\.(?:\*|[a-z0-9-]+))`", CHANGELOG)) - {"pyproject.toml"}

    assert sorted(named - NAMES) == []


def test_every_option_is_named() -> None:
    options = set(re.findall(r'"(--llm-[a-z]+)"', Path(plugin.__file__).read_text(encoding="utf-8"))) - {"--llm-nodes"}

    assert sorted(options - set(re.findall(r"`(--llm-[a-z]+)", CHANGELOG))) == []
