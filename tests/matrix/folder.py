"""The folder of the matrix: the saved runs, what the present suite says of them, and the badges."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm_conformance.records import run_file
from llm_conformance.records.saved_run import SavedRunError, SubjectRecord, load, only_subject
from llm_conformance.report.badge import shields, svg
from matrix.cell import Cell
from matrix.page import badge_of, page, record_of
from presets.published import known

# What stands before the folder of a package in the path of a file: it names the machine of the run.
_MACHINE = re.compile(r"(?:/[\w.+-]+)+/(?=(?:site-packages|python3\.\d+|llm_conformance|llm_reference|llm_fixtures)/)")


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of the matrix, below `root`, where the page is."""

    root: Path

    @property
    def summary(self) -> Path:
        """The cells as they were judged last."""
        return self.root / "matrix" / "cells.json"

    def record(self, name: str) -> Path:
        """The saved run of that class, whether or not it is there."""
        return self.root / record_of(name)

    def judged(self) -> dict[str, Cell]:
        """Every cell, judged again by the present suite."""
        return {name: Cell.judged(self.record(name)) for name in known() if self.record(name).exists()}

    def cells(self) -> dict[str, Cell]:
        """Every cell as it was judged last."""
        content = json.loads(self.summary.read_text(encoding="utf-8")) if self.summary.exists() else {}
        return {name: Cell.read(data) for name, data in content.items()}

    def files(self, cells: Mapping[str, Cell]) -> dict[Path, str]:
        """The content of each file that follows from the cells."""
        files = {self.summary: json.dumps({name: cell.data() for name, cell in cells.items()}, indent=1) + "\n"}
        for name, cell in cells.items():
            files[self.root / badge_of(name, ".svg")] = svg(cell.badge)
            files[self.root / badge_of(name, ".json")] = json.dumps(shields(cell.badge)) + "\n"
        return {**files, self.root / "MATRIX.md": page(cells)}

    def stale(self, wanted: Mapping[Path, str]) -> list[Path]:
        """Those of the wanted files that have another content, or are not there."""
        return [path for path, content in wanted.items() if not path.exists() or path.read_text("utf-8") != content]

    def left(self, cells: Mapping[str, Cell]) -> list[Path]:
        """The files in the folder that belong to no cell."""
        own = {*self.files(cells), *map(self.record, cells)}
        return [path for path in sorted(self.summary.parent.glob("**/*")) if path.is_file() and path not in own]

    def add(self, path: Path) -> str:
        """Make the saved run the cell of its class, and return the name of the class; SavedRunError if it cannot be."""
        name = _class_of(only_subject(load(path), path), path)
        target = self.record(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        run_file.write(_without_machine(run_file.read(path)), target)
        return name


def _class_of(subject: SubjectRecord, path: Path) -> str:
    given = " ".join(subject.arguments)
    name = given.removeprefix("--llm-impl=")
    if name not in known() or subject.subject_info.profile != known()[name].source:
        raise SavedRunError(
            f"{path}: expected a run of a known class with its preset alone, got: {given or 'no options'}"
        )
    if subject.partial:
        raise SavedRunError(f"{path}: expected a run of every check, got: {subject.partial}")
    return name


def _without_machine(data: Any) -> Any:
    """The JSON data with the paths of files beginning at `site-packages` or at the standard library."""
    if isinstance(data, str):
        return _MACHINE.sub("", data)
    if isinstance(data, list):
        return [_without_machine(one) for one in data]
    if isinstance(data, dict):
        return {key: _without_machine(value) for key, value in data.items()}
    return data
