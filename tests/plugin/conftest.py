"""A folder with models in it, and pytest run there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from llm_conformance.plugin import session as _session

# Imported here, they outlive the runs inside this process; each would import them anew.
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
    """Runs in processes of their own, in a folder that the tests of a module share."""
    folder = tmp_path_factory.mktemp("bench")
    for path in SUBJECTS.glob("*.py"):
        shutil.copy(path, folder)
    return Starter(folder)


@pytest.fixture
def changing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that change lie beside the others, and what they said may be removed."""
    # By this syrupy takes a run inside a worker for a worker's, which deletes nothing.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    shutil.copy(SUBJECTS / "changing.py", bench.folder)
