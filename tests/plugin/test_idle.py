"""An installed plugin that is not used costs nothing."""

from __future__ import annotations

import pytest

from plugin.bench import Starter

PRINTER = """
import sys

def pytest_unconfigure():
    with open("modules.txt", "w") as file:
        print(*sorted(sys.modules), sep="\\n", file=file)
"""
HEAVY = [
    "hypothesis",
    "httpx",
    "asyncio",
    "tomllib",
    "packaging.specifiers",
    "llm_fixtures",
    "llm_reference",
    "syrupy",
]


def modules(folder: Starter, *options: str) -> set[str]:
    """The modules that a run with only this plugin imports."""
    run = folder("--collect-only", *options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert run.code == 0
    return set((folder.folder / "modules.txt").read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def added(started: Starter) -> set[str]:
    """The modules that this plugin adds."""
    (started.folder / "conftest.py").write_text(PRINTER, encoding="utf-8")
    (started.folder / "test_own.py").write_text("def test_mine(): pass\n", encoding="utf-8")
    return modules(started, "-p", "llm_conformance.plugin") - modules(started)


def test_an_idle_plugin_imports_only_itself(added: set[str]) -> None:
    assert added == {"llm_conformance", "llm_conformance.plugin"}


@pytest.mark.parametrize("name", HEAVY)
def test_an_idle_plugin_imports_nothing_of_weight(added: set[str], name: str) -> None:
    assert name not in added
