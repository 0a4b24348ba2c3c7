"""What was accepted as a snapshot: the options that accept it, and where it lies."""

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
    """The options that name a changing model and what it is made with."""
    return [*impls(name, module="changing"), f"--llm-kwargs={json.dumps(kwargs)}"]


def folder(bench: Bench, name: str) -> Path:
    """Where the snapshots of a subject lie."""
    return bench.folder / "llm_snapshots" / name


def names(path: Path) -> list[str]:
    """What lies in a folder, without the suffixes."""
    return sorted(one.stem for one in path.glob("*"))
