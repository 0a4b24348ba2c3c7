"""The files and folders that options name. A wrong one raises `pytest.UsageError` with a message of one line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from llm_conformance.judge.deviations_file import Declaration, DeviationError, applicable, parse
from llm_conformance.report.target import Target, TargetError, target_of

_SNAPSHOTS = "llm_snapshot_dir"


def snapshots_folder(config: pytest.Config) -> Path:
    """The folder of the accepted snapshots; refused if it is the one of the snapshots of tests."""
    path: Path = config.rootpath / config.getini(_SNAPSHOTS)
    # syrupy deletes unknown files of that folder when the user updates a snapshot of a test.
    if (shared := getattr(config.option, "snapshot_dirname", "__snapshots__")) in path.parts:
        raise pytest.UsageError(f"{_SNAPSHOTS}: {path}: {shared} is for the snapshots of tests; choose another folder")
    return path


def report_target(text: str, folder: Path) -> Target:
    """The target of one `--llm-report`, relative to the folder; refused if its name or its folder is wrong."""
    try:
        return target_of(text, folder)
    except TargetError as error:
        raise pytest.UsageError(f"--llm-report={text}: {error}") from None


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
