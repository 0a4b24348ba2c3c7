from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "conformance"
PACKAGE = FOLDER / "llm_conformance"
MODULES = sorted(
    path.name + "/" * path.is_dir()
    for path in PACKAGE.iterdir()
    if path.name not in {"__init__.py", "__pycache__", "_paths.py", "py.typed"}
)


@pytest.mark.parametrize("module", MODULES)
def test_the_architecture_names_every_module(module: str) -> None:
    assert f"`{module}`" in (FOLDER / "ARCHITECTURE.md").read_text(encoding="utf-8")
