"""The reference with one defect at a time: what a conformance suite must catch, and what it must not confuse."""

from __future__ import annotations

import importlib
import pkgutil

from llm_zoo.defect import DEFECTS, Defect

__all__ = ["DEFECTS", "Defect"]

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")
