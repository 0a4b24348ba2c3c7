"""The modules of the harness: a model that removes them from `sys.modules` must not break the judgement of others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_PACKAGES = ("llm_conformance", "llm_fixtures")


@contextmanager
def own_modules_kept() -> Iterator[None]:
    """After this block, every module of the harness that was imported before it is the same as before."""
    before = _own()
    try:
        yield
    finally:
        if _own() != before:
            sys.modules.update(before)


def _own() -> dict[str, ModuleType]:
    return {name: module for name, module in tuple(sys.modules.items()) if name.partition(".")[0] in _PACKAGES}
