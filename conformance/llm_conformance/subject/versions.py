"""The versions of what a run depends on, for its report."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from functools import cache


def versions_of(*modules: str) -> dict[str, str]:
    """The versions of Python, the harness, langchain-core, and the distributions of these modules, if imported."""
    roots = dict.fromkeys(module.partition(".")[0] for module in modules)
    theirs = [name for root in roots if root in sys.modules for name in _distributions_of(root)]
    core = ["langchain-core"] if "langchain_core" in sys.modules else []
    versions = {"python": platform.python_version()}
    for name in dict.fromkeys(["pytest-llm-conformance", *core, *theirs]):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


@cache
def _distributions_of(package: str) -> list[str]:
    """The installed distributions that have this top-level package.

    `importlib.metadata.packages_distributions()` takes a tenth of a second: it parses the files of every distribution.
    """
    names = []
    for one in importlib.metadata.distributions():
        declared, files = one.read_text("top_level.txt"), one.read_text("RECORD") or ""
        found = f"\n{files}".find
        if package in declared.split() if declared else found(f"\n{package}/") >= 0 or found(f"\n{package}.") >= 0:
            names.append(one.metadata["Name"])
    return names
