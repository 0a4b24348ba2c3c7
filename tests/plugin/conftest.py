"""A folder with models, and pytest in that folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from llm_conformance.plugin import session as _session

# Imported here, they stay imported between the runs in this process; each run would import them again.
from llm_conformance.report import explain as _explain
from plugin.bench import Bench, Starter

__all__ = ["_explain", "_session"]

SUBJECTS = Path(__file__).parent / "subjects"


@pytest.fixture
def bench(pytester: pytest.Pytester) -> Bench:
    """A run inside this process."""
    shutil.copy(SUBJECTS / "llms.py", pytester.path)
    return Bench(pytester)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Starter:
    """Runs in new processes, in a folder that the tests of a module share."""
    folder = tmp_path_factory.mktemp("bench")
    for path in SUBJECTS.glob("*.py"):
        shutil.copy(path, folder)
    return Starter(folder)


@pytest.fixture
def changing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that change are in the folder, and accepted snapshots may be removed."""
    # With this variable syrupy treats the inner run as a worker of pytest-xdist, which does not delete files.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    shutil.copy(SUBJECTS / "changing.py", bench.folder)
