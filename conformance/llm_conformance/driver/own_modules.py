"""The modules of the harness: a model that removes them from `sys.modules` must not break the judgement of others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_PACKAGES = ("llm_conformance", "llm_fixtures")


class _Known:
    """The modules of the harness that were imported when `sys.modules` had `size` entries."""

    def __init__(self) -> None:
        self.size = 0
        self.modules: dict[str, ModuleType] = {}

    def look(self) -> None:
        """Find them again, if modules have been imported since: this is done before each call of a model."""
        if len(sys.modules) != self.size:
            found = tuple(sys.modules.items())
            self.modules = {name: module for name, module in found if name.partition(".")[0] in _PACKAGES}
            self.size = len(found)


_KNOWN = _Known()


@contextmanager
def own_modules_kept() -> Iterator[None]:
    """After this block, every module of the harness that was imported before it is the same as before."""
    _KNOWN.look()
    before = _KNOWN.modules
    try:
        yield
    finally:
        if not before.items() <= sys.modules.items():
            sys.modules.update(before)
