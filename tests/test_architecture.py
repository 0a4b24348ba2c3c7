from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from llm_conformance.catalogue.catalogue import CHECKS

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
    roots = (PACKAGE, PACKAGE / "checks", FOLDER.parent, FOLDER.parent / "reference")

    assert [name for name in sorted(named) if not any((root / name).exists() for root in roots)] == []


def test_every_link_of_the_page_leads_somewhere() -> None:
    assert all((FOLDER / link).exists() for link in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE))


def test_the_files_of_the_groups_are_those_of_their_checks() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", PAGE.partition("### The files of the groups")[2], re.MULTILINE)
    files: dict[str, set[str]] = defaultdict(set)
    for check in CHECKS.values():
        files[check.group].add(check.judge.__module__.rpartition(".")[2] + ".py")

    shown = {group: set(re.findall(r"`([\w.]+)`", names)) for group, names in rows}

    assert shown == {group: names for group, names in files.items() if names != {f"{group}.py"}}
