from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "conformance"
PACKAGE = FOLDER / "llm_conformance"
PAGE = (FOLDER / "ARCHITECTURE.md").read_text(encoding="utf-8")
TREE = re.findall(r"^    ([\w.]+/?)  +\S", PAGE.partition("```\n")[2].partition("```")[0], re.MULTILINE)
ENTRIES = sorted(path.name + "/" * path.is_dir() for path in PACKAGE.iterdir() if path.name != "__pycache__")
# They have no part in the flow, so they are named below the tree.
BESIDE = {"_paths.py", "py.typed"}


def test_the_tree_is_what_there_is() -> None:
    assert sorted({*TREE, *BESIDE}) == ENTRIES
    assert len(TREE) == len(set(TREE))


@pytest.mark.parametrize("entry", sorted({entry for entry in TREE if entry.endswith("/")} | BESIDE))
def test_every_folder_has_its_place_in_the_flow(entry: str) -> None:
    assert f"`{entry}`" in PAGE


def test_every_path_of_the_page_exists() -> None:
    named = {name for name in re.findall(r"`([\w/.]+)`", PAGE) if "/" in name or name.endswith((".py", ".toml"))}
    roots = (PACKAGE, FOLDER.parent, FOLDER.parent / "reference")

    assert [name for name in sorted(named) if not any((root / name).exists() for root in roots)] == []


def test_every_link_of_the_page_leads_somewhere() -> None:
    assert all((FOLDER / link).exists() for link in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE))
