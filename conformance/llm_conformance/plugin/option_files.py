"""The files and folders that options name. A wrong one raises `pytest.UsageError` with a message of one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from llm_conformance.judge.deviations_file import Declaration, DeviationError, applicable, parse
from llm_conformance.report.lines import one_line
from llm_conformance.report.target import Target, TargetError, target_of

_SNAPSHOTS = "llm_snapshot_dir"
_UPDATE = "--llm-deviations-update"


def snapshots_folder(config: pytest.Config) -> Path:
    """The folder of the accepted snapshots; refused if it is the one of the snapshots of tests."""
    path: Path = config.rootpath / config.getini(_SNAPSHOTS)
    # syrupy deletes unknown files of that folder when the user updates a snapshot of a test.
    if (shared := getattr(config.option, "snapshot_dirname", "__snapshots__")) in path.parts:
        raise pytest.UsageError(f"{_SNAPSHOTS}: {path}: {shared} is for the snapshots of tests; choose another folder")
    try:
        path.resolve()
        why = "a file has that name" if path.exists() and not path.is_dir() else ""
    except OSError as error:
        why = f"{error.strerror}"
    except (ValueError, RuntimeError) as error:  # a null character, or a link to itself
        why = f"no folder can have that name: {error}"
    if why:
        raise pytest.UsageError(f"{_SNAPSHOTS}: {path}: {why}; choose another folder")
    return path


def report_target(text: str, folder: Path) -> Target:
    """The target of one `--llm-report`, relative to the folder; refused if its name or its folder is wrong."""
    try:
        return target_of(text, folder)
    except TargetError as error:
        raise pytest.UsageError(f"--llm-report={text}: {error}") from None


def declarations_in(text: str | None, folder: Path, *, update: bool = False) -> tuple[Declaration, ...]:
    """The entries of the file of deviations; refused here if they are wrong whatever the subject.

    update: the run adds to the file, so there need not be one.
    """
    if text is None and update:
        raise pytest.UsageError(f"{_UPDATE}: it writes to the file of known deviations; add --llm-deviations=FILE")
    if text is None or (update and _is_new(folder / text)):
        return ()
    try:
        declarations = parse(folder / text, dt.datetime.now(tz=dt.UTC).date())
        applicable(declarations, "", {})
    except DeviationError as error:
        raise pytest.UsageError(str(error)) from None
    return declarations


def _is_new(path: Path) -> bool:
    """Whether there is no such file yet; refused here, and not after the run, if there cannot be one."""
    try:
        if path.exists():
            return False
        if path.parent.is_dir():
            return True
        why = f"the folder {path.parent} does not exist"
    except OSError as error:
        why = f"{error.strerror}; choose another name"
    raise pytest.UsageError(f"{_UPDATE}: {path}: {why}")


def append(lines: Sequence[str], path: Path) -> None:
    """Add lines at the end of a text file; ends the run if it cannot be written."""
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        gap = "" if not before or before.endswith("\n") else "\n"
        text = "\n".join([*lines, ""]) if before else "\n".join([*lines, ""]).lstrip("\n")
        path.write_text(f"{before}{gap}{text}", encoding="utf-8")
    except OSError as error:
        why = one_line(f"{_UPDATE}: {path}: cannot be written: {error.strerror}")
        pytest.exit(why, pytest.ExitCode.USAGE_ERROR)
