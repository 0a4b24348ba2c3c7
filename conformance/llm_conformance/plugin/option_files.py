"""The files and folders that options name. A wrong one raises `pytest.UsageError` with a message of one line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from llm_conformance.judge.deviations_file import Declaration, DeviationError, applicable, parse

_SNAPSHOTS = "llm_snapshot_dir"


def snapshots_folder(config: pytest.Config) -> Path:
    """The folder of the accepted snapshots; refused if it is the one of the snapshots of tests."""
    path: Path = config.rootpath / config.getini(_SNAPSHOTS)
    # syrupy deletes unknown files of that folder when the user updates a snapshot of a test.
    if (shared := getattr(config.option, "snapshot_dirname", "__snapshots__")) in path.parts:
        raise pytest.UsageError(f"{_SNAPSHOTS}: {path}: {shared} is for the snapshots of tests; choose another folder")
    return path


def report_file(text: str | None, folder: Path) -> Path | None:
    """The file of `--llm-report`, relative to the folder; refused if its name or its folder is wrong."""
    if text is None:
        return None
    path = folder / text
    if not path.name.endswith((".json", ".json.gz")):
        raise pytest.UsageError(f"--llm-report={text}: expected a file name that ends in .json or .json.gz")
    try:
        if path.is_dir():
            raise pytest.UsageError(f"--llm-report={text}: a folder has that name")
        if not path.parent.is_dir():
            raise pytest.UsageError(f"--llm-report={text}: the folder {path.parent} does not exist")
    except OSError as error:
        raise pytest.UsageError(f"--llm-report={text}: {error.strerror}; choose another name") from None
    return path


def declarations_in(text: str | None, folder: Path) -> tuple[Declaration, ...]:
    """The entries of the file of deviations; refused here if they are wrong whatever the subject."""
    if text is None:
        return ()
    try:
        declarations = parse(folder / text, dt.datetime.now(tz=dt.UTC).date())
        applicable(declarations, "", {})
    except DeviationError as error:
        raise pytest.UsageError(str(error)) from None
    return declarations
