"""The reference model with one defect at a time: a conformance suite must catch each defect, and name the right one."""

from __future__ import annotations

import importlib
import pkgutil

from llm_zoo.defect import DEFECTS, Defect

__all__ = ["DEFECTS", "Defect"]

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")
