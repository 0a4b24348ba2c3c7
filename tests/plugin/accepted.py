"""Accepted snapshots: the options that accept them, and their folder."""

from __future__ import annotations

import json
from pathlib import Path

from plugin.bench import Bench, impls

ALONE = "llm-conformance"
ONLY = ["-k", "snapshots"]
UPDATE = "--snapshot-update"
GOOD = impls("Conformant")
CHANGING = "changing:Pieces"
NAMES = ["astream", "events-v1", "events-v2", "nested-v1", "nested-v2", "stream"]


def model(name: str, **kwargs: object) -> list[str]:
    """The options for a changing model and its constructor arguments."""
    return [*impls(name, module="changing"), f"--llm-kwargs={json.dumps(kwargs)}"]


def folder(bench: Bench, name: str) -> Path:
    """The folder of the snapshots of a subject."""
    return bench.folder / "llm_snapshots" / name


def names(path: Path) -> list[str]:
    """The files in a folder, without their suffixes."""
    return sorted(one.stem for one in path.glob("*"))
